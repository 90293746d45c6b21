import type { EncodedRecord, RecordEncoding } from './encoding.js';

/**
 * Reads back what `renderRecords` wrote, also from the middle of a longer prompt: text around the records is passed over.
 * For stand-ins that have to see which records a prompt asks for, and for the proof that records cannot be forged.
 * Ids come back as strings.
 */
export function decodeRecords(prompt: string, encoding: RecordEncoding): readonly EncodedRecord[] {
  return READERS[encoding](prompt);
}

const READERS: Record<RecordEncoding, (prompt: string) => readonly EncodedRecord[]> = {
  plain: (prompt) =>
    Array.from(prompt.matchAll(/^Input(?: (\S+))?: (".*")$/gm), ([, id, text = '""']) => ({
      id: id ?? null,
      text: String(JSON.parse(text)),
    })),
  json: (prompt) =>
    Array.from(prompt.matchAll(/^(\{(?:"index":.*)?"input":".*"\}),?$/gm), ([, line = '{}']) => {
      const { index, input } = JSON.parse(line) as { index?: number | string; input: string };
      return { id: index === undefined ? null : String(index), text: input };
    }),
  xml: (prompt) =>
    Array.from(prompt.matchAll(/<input(?: index="([^"]*)")?>([^<]*)<\/input>/g), ([, id, text = '']) => ({
      id: id ?? null,
      text: unescapeXml(text),
    })),
};

function unescapeXml(text: string): string {
  return text
    .replace(/&#(\d+);/g, (_, code: string) => String.fromCharCode(Number(code)))
    .replace(/\\u\{([0-9a-f]+)\}/g, (_, hex: string) => String.fromCharCode(parseInt(hex, 16)));
}
