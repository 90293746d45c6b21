/** Names with slashes between. None begins with a dot, so that none is `..`, and a store may keep files of its own beside them. */
const KEY = /^[\w-][\w.-]*(?:\/[\w-][\w.-]*)*$/;

export function isKey(text: string): boolean {
  return KEY.test(text);
}

/** @throws RangeError unless it is a key */
export function requireKey(key: string): string {
  if (isKey(key)) return key;
  throw new RangeError(`a key must be names of \\w, . and -, none with a dot first, with slashes between; got ${key}`);
}

/** @throws RangeError unless it is a key with a slash at its end */
export function requirePrefix(prefix: string): string {
  if (prefix.endsWith('/') && isKey(prefix.slice(0, -1))) return prefix;
  throw new RangeError(`a prefix must be a key with a slash at its end; got ${prefix}`);
}
