import type { RecordId } from '../types/prompt.js';

/** How records are written into a prompt. */
export type RecordEncoding = 'plain' | 'json' | 'xml';

/** One record as the model reads it. With an `id` of `null` (a batch of one) it is written without an index. */
export interface EncodedRecord {
  readonly id: RecordId | null;
  readonly text: string;
}

/**
 * Writes records so that no text, however hostile, can pass for another record or end its own fence:
 * `decodeRecords(renderRecords(records, encoding), encoding)` gives the same records back, for every string.
 *
 * - `plain`: `Input 1: "…"`, one a line, the text as a JSON string (without an id: `Input: "…"`)
 * - `json`: an array of `{"index":1,"input":"…"}`, one a line
 * - `xml`: `<input index="1">…</input>`, one after the other
 */
export function renderRecords(records: readonly EncodedRecord[], encoding: RecordEncoding): string {
  const lines = records.map(WRITERS[encoding]);
  if (encoding === 'xml') return lines.join('\n');
  return withoutBreaks(encoding === 'json' ? `[\n${lines.join(',\n')}\n]` : lines.join('\n'));
}

const WRITERS: Record<RecordEncoding, (record: EncodedRecord) => string> = {
  plain: ({ id, text }) => `Input${id === null ? '' : ` ${id}`}: ${JSON.stringify(text)}`,
  json: ({ id, text }) => `{${id === null ? '' : `"index":${JSON.stringify(id)},`}"input":${JSON.stringify(text)}}`,
  xml: ({ id, text }) => `<input${id === null ? '' : ` index="${id}"`}>${escapeXml(text)}</input>`,
};

/**
 * JSON literals without any character that a reader could take for a line break. `JSON.stringify` leaves U+0085, U+2028
 * and U+2029 as they are, and escapes lone surrogates (ECMA-262, well-formed JSON.stringify).
 */
function withoutBreaks(literals: string): string {
  return literals.replace(/[\u007f-\u009f\u2028\u2029]/g, codeUnitEscape);
}

function codeUnitEscape(char: string): string {
  return `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`;
}

/**
 * XML 1.0 text. Characters that XML 1.0 cannot carry even as references (§ 2.2 Char: most controls, lone surrogates, U+FFFE,
 * U+FFFF) become `\u{hex}`, and so does a backslash that would read as the start of such an escape.
 */
function escapeXml(text: string): string {
  return text
    .replace(UNCARRIABLE, (char) => `\\u{${char.charCodeAt(0).toString(16)}}`)
    .replace(/[&<>"'\r\u0085\u2028\u2029]/g, (char) => `&#${char.charCodeAt(0)};`);
}

const UNCARRIABLE =
  // eslint-disable-next-line no-control-regex -- these are the characters that must not pass
  /\\(?=u\{)|[\0-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g;
