import safeRegex from 'safe-regex2';

/**
 * A pattern whose groups are a record's index and its values. The flag g, and only it, tells that it is matched with a whole text.
 *
 * @param path - a RegExp, its source, or `/source/flags`
 * @throws RangeError if it is no regular expression, lacks a group, or is a string that repeats a repetition
 */
export function patternOf(path: string | RegExp, index: string, value: string): RegExp {
  const pattern = compile(path);
  if (typeof path === 'string' && !safeRegex(pattern))
    throw new RangeError(`path must be a regular expression that repeats no repetition; got ${path}`);
  // An alternative that matches nothing shows which groups there are.
  const groups = new RegExp(`${pattern.source}|`, pattern.flags).exec('')?.groups ?? {};
  const values = Object.keys(groups).filter((name) => name !== index);
  if (value === '*' ? values.length === 0 : !values.includes(value))
    throw new RangeError(
      `path must have a group named ${value === '*' ? 'for each field' : value}; got ${String(path)}`,
    );
  return pattern;
}

function compile(path: string | RegExp): RegExp {
  const text = String(path);
  const [, source = text, flags = ''] = /^\/(.+)\/([a-z]*)$/s.exec(text) ?? [];
  try {
    return new RegExp(source, flags.replace('y', ''));
  } catch (cause) {
    throw new RangeError(`path must be a regular expression; got ${text}`, { cause });
  }
}
