import { keysIn } from './json.js';
import { commentEnd } from './json-spans.js';

/** The parts of a JSON text that say something: brackets, strings, numbers, words. */
const TOKEN = /[[\]{}]|"(?:[^"\\]|\\.)*"(\s*:)?|[^\s[\]{}",:]+/g;
/** What may stand between them in a text that is almost JSON. */
const GAP = /[\s,:]/;
const QUOTE = /["'`‘’“”]/;
const WORD = /[\p{L}\p{N}_]/u;
const SINGLE = /['`‘’]/;
/** JSON's escapes, and those of a quote that JSON does not need. */
const ESCAPE = /\\(?:u([\da-f]{4})|([bfnrt])|(["'`\\/]))/gi;
const CONTROLS: Readonly<Record<string, string>> = { b: '\b', f: '\f', n: '\n', r: '\r', t: '\t' };
const WRITTEN: Readonly<Record<string, readonly string[]>> = {
  true: ['true', 'True'],
  false: ['false', 'False'],
  null: ['null', 'None', 'undefined'],
};

/**
 * True if a repaired text says exactly what the original says: the same strings, numbers and words in the same order, within the
 * same brackets. Only blanks, commas, colons, comments, and the kind of quotes may differ; a string that has an opening quote has
 * its closing one, and no key stands twice in an object.
 *
 * @param json - the repaired text
 * @param value - what it reads as
 */
export function saysTheSame(original: string, json: string, value: unknown): boolean {
  const text = original.replace(ESCAPE, (_, hex?: string, control?: string, char?: string) =>
    hex === undefined ? (char ?? CONTROLS[control ?? ''] ?? '') : String.fromCharCode(parseInt(hex, 16)),
  );
  let at = 0;
  let keys = 0;
  for (const [token, colon] of json.matchAll(TOKEN)) {
    at = afterToken(text, afterGap(text, at), token.slice(0, token.length - (colon?.length ?? 0)));
    if (at < 0) return false;
    if (colon !== undefined) keys++;
  }
  return afterGap(text, at) === text.length && keys === keysIn(value);
}

/** Where the gap that begins at `at` ends. */
function afterGap(text: string, at: number): number {
  let end = at;
  for (;;) {
    if (text.startsWith('//', end) || text.startsWith('/*', end)) end = commentEnd(text, end);
    else if (GAP.test(text.charAt(end))) end++;
    else return end;
  }
}

/** The place behind a token, if it stands here; -1 if not. */
function afterToken(text: string, at: number, token: string): number {
  if (/[[\]{}]/.test(token)) return text.charAt(at) === token ? at + 1 : -1;
  const opening = text.charAt(at);
  const isQuoted = QUOTE.test(opening);
  if (!token.startsWith('"')) {
    const word = (WRITTEN[token] ?? [token]).find((written) => text.startsWith(written, at));
    return word === undefined ? -1 : endOfWord(text, at + word.length);
  }
  const said = JSON.parse(token) as string;
  if (!text.startsWith(said, isQuoted ? at + 1 : at)) return -1;
  if (!isQuoted) return endOfWord(text, at + said.length);
  const closing = text.charAt(at + 1 + said.length);
  const closes = QUOTE.test(closing) && SINGLE.test(closing) === SINGLE.test(opening);
  return closes ? at + said.length + 2 : -1;
}

/** A word or number that goes on is another one. */
function endOfWord(text: string, end: number): number {
  const next = String.fromCodePoint(text.codePointAt(end) ?? 32);
  return WORD.test(next) || QUOTE.test(next) || /[.+\-\\]/.test(next) ? -1 : end;
}
