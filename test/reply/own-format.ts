import type { ReplyEntry, ReplyFormat, ReplyReader, ValueSchema } from '../../src/index.js';

/** Rows of a Markdown table: `| 1 | positive |`. */
export function table<R = string>(schema?: ValueSchema<R>): ReplyFormat<R> {
  return {
    name: 'table',
    schema,
    instruction: ({ ids: { length } }) =>
      length === 1
        ? 'Reply with one row of a Markdown table, and nothing else: | <your answer> |'
        : 'Reply with a Markdown table that has a row for each input: | <its number or name> | <your answer> |',
    replySchema: () => undefined,
    reader: ({ ids: { length } }) => tableReader(length === 1 ? 1 : 2),
  };
}

function tableReader(width: number): ReplyReader {
  let rest = '';
  const read = (line: string): ReplyEntry[] => {
    const row = /^\s*\|(.*)\|\s*$/
      .exec(line)?.[1]
      ?.split('|')
      .map((cell) => cell.trim());
    if (row?.length !== width) return [];
    return [{ id: row.at(-2), value: row.at(-1), payload: 0, document: 0, nested: false }];
  };
  return {
    opensReply: false,
    firstPayload: 0,
    malformed: 0,
    push: (text) => {
      const lines = (rest + text).split('\n');
      rest = lines.pop() ?? '';
      return lines.flatMap((line) => read(line));
    },
    end: (isWhole) => (isWhole ? read(rest) : []),
  };
}
