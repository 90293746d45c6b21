import type { Prose } from '../prose.js';
import type { LineTaker } from './line-reader.js';

/** What the groups of a match say. */
export type Groups = Readonly<Record<string, string | undefined>>;

/** A longer line is not matched: what a pattern may cost grows with it. */
const LONGEST_LINE = 10_000;

/** Matches a pattern with each line. The pattern alone says what an entry is: words between them do not part them. */
export class PatternTaker implements LineTaker {
  malformed = 0;
  readonly isOpen = false;
  readonly #pattern: RegExp;
  readonly #give: (groups: Groups, place: { readonly document: number; readonly payload: number }) => void;

  constructor(
    pattern: RegExp,
    give: (groups: Groups, place: { readonly document: number; readonly payload: number }) => void,
  ) {
    this.#pattern = pattern;
    this.#give = give;
  }

  take(line: string, prose: Prose): boolean {
    if (line.length > LONGEST_LINE) this.malformed++;
    const match = line.length > LONGEST_LINE ? null : this.#pattern.exec(line.replace(/\r$/, ''));
    if (match === null) return false;
    prose.apart = false;
    prose.open();
    this.#give(match.groups ?? {}, { document: prose.document, payload: prose.firstPayload });
    return true;
  }
}

/**
 * The matches of a pattern in a whole text. Of a text that is not whole, a match that may go on does not count: one at its end,
 * or before nothing but blanks.
 */
export function matchesIn(text: string, pattern: RegExp, isWhole: boolean): readonly Groups[] {
  const matches = [...text.matchAll(pattern)].filter(({ 0: { length } }) => length > 0);
  const end = text.trimEnd().length;
  return matches
    .filter(({ 0: { length }, index }) => isWhole || index + length < end)
    .map(({ groups }) => groups ?? {});
}

/** A reply without a byte-order mark, and without what the model thought. */
export function withoutThoughts(text: string): string {
  const tags = [...text.matchAll(/<(\/?)think(?:ing)?>/gi)];
  let said = '';
  let from = text.startsWith('\uFEFF') ? 1 : 0;
  let thinking = false;
  for (const { 0: tag, 1: slash, index } of tags) {
    if (!thinking) said += text.slice(from, index);
    // Some models' thoughts begin without a tag: all before the closing one was thought.
    if (!thinking && slash !== '') said = '';
    thinking = slash === '';
    from = index + tag.length;
  }
  return thinking ? said : said + text.slice(from);
}
