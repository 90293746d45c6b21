import type { Prose } from './prose.js';

const BRACKET = /[[{]/g;
/** What matters between the values of a document: brackets, quotes, comments. */
const MARK = /[[\]{}"'`‘“]|\/[/*]/g;
const CLOSING: Readonly<Record<string, string>> = { '{': '}', '[': ']', '‘': '’', '“': '”' };

/** Where a JSON document, or what is almost one, stands in a text. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/**
 * Finds the documents in a whole reply, by their brackets: strings may have any quotes, and there may be comments. A document
 * that does not close is none. Valid JSON is found as it is. The work is linear in the reply's length.
 *
 * @param prose - takes what stands between the documents, and numbers them
 */
export function* documentSpans(text: string, prose: Prose): Generator<Span> {
  let at = 0;
  for (;;) {
    const start = search(BRACKET, text, at);
    prose.take(text.slice(at, start));
    if (start === text.length) return;
    at = start + 1;
    if (prose.thinking) {
      prose.take(text.charAt(start));
      continue;
    }
    prose.open();
    const end = spanEnd(text, start);
    if (end < 0) return;
    at = end;
    yield { start, end };
  }
}

/** The end of the document that opens at `start`; -1 if it does not close. */
function spanEnd(text: string, start: number): number {
  const open: string[] = [];
  for (let at = start; ;) {
    const mark = search(MARK, text, at);
    const char = text.charAt(mark);
    if (char === '') return -1;
    if (char === '/') at = commentEnd(text, mark);
    else if (char === '{' || char === '[') {
      open.push(char);
      at = mark + 1;
    } else if (char === '}' || char === ']') {
      if (CLOSING[open.pop() ?? ''] !== char) return -1;
      at = mark + 1;
      if (open.length === 0) return at;
    } else at = opensString(text, mark) ? stringEnd(text, mark) : mark + 1;
  }
}

/** After a bracket, a comma or a colon a quote opens a string; elsewhere it is an apostrophe. */
function opensString(text: string, quote: number): boolean {
  let before = quote - 1;
  while (/\s/.test(text.charAt(before))) before--;
  return /[[{,:/]/.test(text.charAt(before));
}

/** A string ends at its closing quote, which what ends a value follows; the text's length if there is none. */
function stringEnd(text: string, start: number): number {
  const open = text.charAt(start);
  const close = CLOSING[open] ?? open;
  for (let at = start + 1; at < text.length; at++) {
    const char = text.charAt(at);
    if (char === '\\') at++;
    else if (char === close && /^\s*(?:[,:}\]]|$)/.test(text.slice(at + 1, at + 40))) return at + 1;
  }
  return text.length;
}

/** Where a comment that begins here ends; the text's length if it does not. */
export function commentEnd(text: string, start: number): number {
  const [end, length] = text.startsWith('/*', start) ? ['*/', 2] : ['\n', 1];
  const found = text.indexOf(end, start + 2);
  return found < 0 ? text.length : found + length;
}

/** Where the next match of a global pattern stands; the text's length if there is none. */
function search(pattern: RegExp, text: string, from: number): number {
  pattern.lastIndex = from;
  return pattern.exec(text)?.index ?? text.length;
}
