import fc from 'fast-check';
import { from, type Observable } from 'rxjs';
import { parseIndexed, type ParseIndexedOptions } from '../../operators/parseIndexed.js';
import { toBatchPrompt } from '../../operators/toBatchPrompt.js';
import type { WarningEvent } from '../../src/types/events.js';
import type { Outcome } from '../../src/types/outcome.js';
import type { BatchPrompt, RecordId } from '../../src/types/prompt.js';
import type { ReplyChunk } from '../../src/types/reply.js';

/** A record of a prompt. */
export interface Asked {
  readonly position: number;
}

/** What a reply says for a record; it names the record, so that an answer on the wrong record is seen. */
export function answer(said: string, position: number): string {
  return `${said}:${position}`;
}

/** The record that an answer is for. */
export function positionIn(value: unknown): number {
  return Number(/:(\d+)"?\}?$/.exec(JSON.stringify(value))?.[1]);
}

export function promptOf(count: number, ids: 'index' | 'nonce'): BatchPrompt<Asked> {
  let number = 0.1;
  const records = Array.from({ length: count }, (_, position) => ({ position }));
  const content = ({ position }: Asked) => `record ${position}`;
  let prompt: BatchPrompt<Asked> | undefined;
  from([records])
    .pipe(toBatchPrompt<Asked>({ content, ids, random: () => (number = (number * 997 + 0.123) % 1) }))
    .subscribe((made) => (prompt = made));
  return prompt!;
}

/** An entry of a reply: whom it names and how, and what it says. */
export interface Entry {
  /** The record that it is for; `null` for one that is not in the prompt. */
  readonly position: number | null;
  readonly says: 'answer' | 'other' | 'null' | 'nothing';
  /** How the record is named. */
  readonly naming: 'exact' | 'text' | 'float' | 'padded' | 'unnamed';
  readonly valueFirst: boolean;
  /** The value is an object in which other records seem to be answered. */
  readonly trap: boolean;
}

export const entry = (count: number): fc.Arbitrary<Entry> =>
  fc.record({
    position: fc.oneof({ weight: 8, arbitrary: fc.nat(count - 1) }, { weight: 1, arbitrary: fc.constant(null) }),
    says: fc.constantFrom('answer', 'answer', 'answer', 'answer', 'other', 'null', 'nothing'),
    naming: fc.constantFrom('exact', 'exact', 'exact', 'text', 'float', 'padded', 'unnamed'),
    valueFirst: fc.boolean(),
    trap: fc.constantFrom(false, false, true),
  });

/** The entry as JSON. Indices count from `base`; nonces are what they are. */
export function writeEntry(entry: Entry, ids: readonly RecordId[], base: 0 | 1 = 1): string {
  const fields = [indexField(entry, ids, base), valueField(entry)].filter((field) => field !== '');
  return `{${(entry.valueFirst ? fields.reverse() : fields).join(', ')}}`;
}

function indexField({ position, naming }: Entry, ids: readonly RecordId[], base: 0 | 1): string {
  if (naming === 'unnamed') return '';
  if (typeof ids[0] === 'string') return `"index": ${JSON.stringify(position === null ? 'nobody' : ids[position])}`;
  const number = position === null ? ids.length + 7 : position + base;
  const named = { exact: `${number}`, text: `"${number}"`, float: `${number}.0`, padded: `" ${number}.0"` };
  return `"index": ${named[naming]}`;
}

function valueField(entry: Entry): string {
  const value = valueOf(entry);
  return value === undefined ? '' : `"value": ${JSON.stringify(value)}`;
}

/** What the entry says, as it has to come out. */
export function valueOf({ position, says, trap }: Entry): unknown {
  if (says === 'nothing') return undefined;
  if (says === 'null') return null;
  const own = answer(says, position ?? 99);
  // The trap's answers are other records', and in a place where only the value's own reader looks.
  return trap ? { results: [{ index: 1, value: 'trap:77' }, ']}', '"'], own } : own;
}

/** How the entries stand in the reply, and what stands around them. */
export interface Layout {
  readonly form: 'list' | 'object' | 'lines' | 'commas' | 'trailing';
  readonly before: string;
  readonly after: string;
}

const FORMS: Readonly<Record<Layout['form'], (entries: readonly string[]) => string>> = {
  list: (entries) => `[${entries.join(', ')}]`,
  object: (entries) => `{"note": "[1]", "results": [${entries.join(',\n')}], "count": ${entries.length}}`,
  lines: (entries) => entries.join('\n'),
  commas: (entries) => entries.join(',\n'),
  trailing: (entries) => `[${entries.map((text) => `${text},`).join('\n')}]`,
};

export const form = fc.constantFrom<Layout['form'][]>('list', 'object', 'lines', 'commas', 'trailing');

/** Beginnings that still let the payload open the reply. */
export const opening = fc.constantFrom('', '\uFEFF', '```json\n', ' \n');
/** Beginnings that do not. */
export const prose = fc.constantFrom('Here you are:\n', '1. ', '<think>[{"index": 1, "value": "decoy:0"}]</think>\n');
export const ending = fc.constantFrom('', '\n```', '\n\nDone [or not].', '\n<think>{"index": 1}</think>');

export function layOut(entries: readonly string[], { form, before, after }: Layout): string {
  return before + FORMS[form](entries) + after;
}

/** Reads chunks to the end. An error of the stream is kept, and has to come last. */
export function read(chunks: Observable<ReplyChunk<Asked>>, options: ParseIndexedOptions<unknown> = {}) {
  const outcomes: Outcome<Asked, unknown>[] = [];
  const warnings: string[] = [];
  let error: unknown;
  const events = {
    next: (event: unknown) => {
      warnings.push((event as WarningEvent).code);
    },
  };
  chunks.pipe(parseIndexed<Asked>({ ...options, events })).subscribe({
    next: (outcome) => {
      outcomes.push(outcome);
    },
    error: (cause: unknown) => (error = cause),
  });
  return { outcomes, warnings, error };
}
