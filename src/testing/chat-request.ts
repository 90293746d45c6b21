import { decodeRecords } from '../prompt/decode.js';
import type { EncodedRecord, RecordEncoding } from '../prompt/encoding.js';
import { fieldAt, isJsonObject } from './json.js';

/** A message of a request, as far as the stand-in reads it. */
export interface ChatMessage {
  readonly role: string;
  /** The text, or the text parts one after the other; images and the like are passed over. */
  readonly text: string;
  /** Where in the text a part ends that has `cache_control`: up to there the prompt is to be cached. */
  readonly marks?: readonly number[];
}

/** @returns `null` if the value is not a list of messages with one at least */
export function messageList(value: unknown): readonly ChatMessage[] | null {
  if (!Array.isArray(value) || value.length === 0 || !value.every(isJsonObject)) return null;
  return value.map(({ role, content }) => ({ role: String(role), ...readContent(content) }));
}

/** Reads a text or a list of parts with texts. */
export function readContent(content: unknown): Omit<ChatMessage, 'role'> {
  if (typeof content === 'string') return { text: content };
  let text = '';
  const marks: number[] = [];
  for (const part of Array.isArray(content) ? (content as readonly unknown[]) : []) {
    const more = fieldAt(part, 'text');
    if (typeof more === 'string') text += more;
    if (isJsonObject(fieldAt(part, 'cache_control'))) marks.push(text.length);
  }
  return { text, marks };
}

const ENCODINGS: readonly RecordEncoding[] = ['plain', 'json', 'xml'];

/**
 * The records that the last user message asks for, in the encoding that finds any. A message without encoded records is
 * one record as a whole.
 */
export function askedRecords(messages: readonly ChatMessage[]): readonly EncodedRecord[] {
  const text = lastUserText(messages);
  return encodedRecords(text) ?? [{ id: null, text }];
}

/** What tells the model how to reply: all but the records. A message that is a record as a whole tells nothing. */
export function instructionText(messages: readonly ChatMessage[]): string {
  const user = lastUserText(messages);
  const own = messages.filter(({ role }) => role !== 'user').map(({ text }) => text);
  // Of all records only those in JSON could pass for an example of a reply: the others carry no bare quotes.
  const asking = encodedRecords(user) === null ? '' : user.replace(/^\{.*"input":".*"\},?$/gm, '');
  return [...own, asking].join('\n');
}

function lastUserText(messages: readonly ChatMessage[]): string {
  return messages.findLast(({ role }) => role === 'user')?.text ?? '';
}

function encodedRecords(text: string): readonly EncodedRecord[] | null {
  for (const encoding of ENCODINGS) {
    try {
      const records = decodeRecords(text, encoding);
      if (records.length > 0) return records;
    } catch {
      // A line that only looks like a record, such as `Input: "a" or "b"`.
    }
  }
  return null;
}
