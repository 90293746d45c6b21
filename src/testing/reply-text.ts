import type { EncodedRecord } from '../prompt/encoding.js';
import { isJsonObject } from './json.js';
import { replyIds, type ReplyLayout } from './reply-layout.js';

/**
 * A reply's text in one segment a record: each closes its entry, and the last one closes the reply as well.
 *
 * @param answers - the answer to each record; what JSON cannot write becomes `null`
 */
export function replySegments(
  layout: ReplyLayout,
  records: readonly EncodedRecord[],
  answers: readonly unknown[],
): readonly string[] {
  if (layout.kind === 'single') return [objectText(valueFields(layout.value, answers[0]))];
  const { list, index, value } = layout;
  const ids = replyIds(records, layout.ids);
  const open = list === null ? '[' : `{${JSON.stringify(list)}: [`;
  const close = list === null ? ']' : ']}';
  return ids.map((id, position) => {
    const entry = objectText([[index, id], ...valueFields(value, answers[position])]);
    return `${position === 0 ? open : ', '}${entry}${position === ids.length - 1 ? close : ''}`;
  });
}

type Field = readonly [name: string, value: unknown];

function valueFields(name: string | null, answer: unknown): readonly Field[] {
  return name === null && isJsonObject(answer) ? Object.entries(answer) : [[name ?? 'value', answer]];
}

function objectText(fields: readonly Field[]): string {
  const written = fields.map(([name, value]) => `${JSON.stringify(name)}: ${jsonText(value)}`);
  return `{${written.join(', ')}}`;
}

function jsonText(value: unknown): string {
  // As the element of a list, also `undefined` and functions have a JSON text: `null`.
  return JSON.stringify([value]).slice(1, -1);
}

/** The first `most` characters of segments of text; the segments that are left with none stay, empty. */
export function firstCharacters(segments: readonly string[], most: number): readonly string[] {
  let left = most;
  return segments.map((segment) => {
    const characters = Array.from(segment);
    const taken = characters.slice(0, left).join('');
    left = Math.max(0, left - characters.length);
    return taken;
  });
}

/** A piece of a streamed reply. */
export interface Delta {
  readonly text: string;
  /** Characters of the reply up to and with this delta. */
  readonly end: number;
  /** The share of the reply's time after which it leaves, up to 1. */
  readonly due: number;
}

export interface DeltaOptions {
  /** Most characters (code points) in a delta. */
  readonly size: number;
  /** A border that no delta crosses, in characters from the start. */
  readonly border: number;
}

/** Cuts a reply so that segment k of n ends at k/n of the reply's time, and the time within a segment is spread evenly. */
export function* replyDeltas(segments: readonly string[], { size, border }: DeltaOptions): Generator<Delta> {
  let start = 0;
  for (const [number, segment] of segments.entries()) {
    const characters = Array.from(segment);
    let from = 0;
    while (from < characters.length) {
      const next = start + from < border ? border - start : Infinity;
      const to = Math.min(from + size, characters.length, next);
      const due = (number + to / characters.length) / segments.length;
      yield { text: characters.slice(from, to).join(''), end: start + to, due };
      from = to;
    }
    start += characters.length;
  }
}
