import type { DocumentPlace } from '../../types/reply.js';
import { Prose } from '../prose.js';
import type { LineTaker } from './line-reader.js';

/** What the groups of a match say. */
export type Groups = Readonly<Record<string, string | undefined>>;

/** A longer line is not matched: what a pattern may cost grows with it. */
const LONGEST_LINE = 10_000;

/**
 * Matches a pattern with each line. The pattern alone says what an entry is: words between them do not part them. But if something was
 * cut off, what stood before some words may have been an example.
 */
export class PatternTaker implements LineTaker {
  malformed = 0;
  readonly unread: DocumentPlace[] = [];
  /** Words stood between two entries. */
  #isParted = false;
  readonly isOpen = false;
  readonly #pattern: RegExp;
  readonly #give: (groups: Groups, place: DocumentPlace) => void;

  constructor(pattern: RegExp, give: (groups: Groups, place: DocumentPlace) => void) {
    this.#pattern = pattern;
    this.#give = give;
  }

  take(line: string, prose: Prose): boolean {
    if (line.length > LONGEST_LINE) {
      this.malformed++;
      if (this.malformed === 1) this.unread.push(elsewhere(prose));
    }
    const match = line.length > LONGEST_LINE ? null : this.#pattern.exec(line.replace(/\r$/, ''));
    if (match === null) return false;
    this.#isParted ||= prose.document >= 0 && prose.apart;
    prose.apart = false;
    prose.open();
    this.#give(match.groups ?? {}, { document: prose.document, payload: prose.firstPayload });
    return true;
  }

  /** Whether a line that was cut off is an entry, the pattern cannot say. */
  end(line: string, prose: Prose, isSure: boolean): DocumentPlace | null {
    if (isSure) return null;
    if (line.length > LONGEST_LINE || !this.#pattern.test(line)) prose.take(line);
    return this.#isParted || prose.apart ? elsewhere(prose) : { document: prose.document, payload: prose.firstPayload };
  }
}

/** A place that is none of the entries', which are all of one payload. */
function elsewhere({ document, firstPayload }: Prose): DocumentPlace {
  return { document, payload: firstPayload + 1 };
}

/**
 * The matches of a pattern in a whole text. Of a text that is not whole, a match that may go on does not count: one at its end,
 * or before nothing but blanks.
 */
export function matchesIn(text: string, pattern: RegExp, isWhole: boolean): Matches {
  const end = text.trimEnd().length;
  const matches = [...text.matchAll(pattern)].filter(
    ({ 0: { length }, index }) => length > 0 && (isWhole || index + length < end),
  );
  const prose = new Prose();
  let isParted = false;
  let last = 0;
  for (const {
    0: { length },
    index,
  } of matches) {
    prose.take(text.slice(last, index));
    isParted ||= prose.document >= 0 && prose.apart;
    prose.open();
    last = index + length;
  }
  prose.take(text.slice(last));
  const isUnsure = !isWhole && !prose.opensReply() && (isParted || prose.apart);
  return { found: matches.map(({ groups }) => groups ?? {}), isUnsure };
}

interface Matches {
  readonly found: readonly Groups[];
  /** Something was cut off, and words stood before it: some of what was found may have been an example. */
  readonly isUnsure: boolean;
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
