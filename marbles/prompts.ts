import { json } from '../src/reply/json.js';
import type { AskablePrompt, RecordId } from '../src/types/prompt.js';

/**
 * A prompt by hand: its id, its records, and where they stand in the stream. Its system instruction is its id, so that a fake
 * provider knows what it is asked. Records are named by number; or by nonces, `n-a` for the record `a`.
 */
export function promptFor(
  id: string,
  records: readonly string[],
  { from = 0, nonces = false }: { readonly from?: number; readonly nonces?: boolean } = {},
): AskablePrompt<string> {
  return {
    id,
    number: 1,
    bornAt: 0,
    records,
    charactersAlone: () => 0,
    indices: records.map((_, position) => from + position),
    ids: records.map((record, position): RecordId => (nonces ? `n-${record}` : position + 1)),
    format: json(),
    request: {
      system: id,
      messages: [{ role: 'user', content: `about ${records.join(' ')}` }],
      replySchema: undefined,
      maxOutputTokens: undefined,
      fields: {},
    },
    error: null,
    subset: () => {
      throw new Error('no spec asks for a part of this prompt');
    },
  };
}

/** An entry of a reply: `{"index":1,"value":"good"}`; without an index for `null`. */
export function entry(index: unknown, value: unknown): string {
  return JSON.stringify(index === null ? { value } : { index, value });
}
