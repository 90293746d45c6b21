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
  const place = { document: 0, payload: 0 };
  const unread: (typeof place)[] = [];
  const read = (line: string): ReplyEntry[] => {
    const cells = /^\s*\|(.*)\|\s*$/.exec(line)?.[1]?.split('|');
    if (cells?.length === width)
      return [{ id: cells.at(-2)?.trim(), value: cells.at(-1)?.trim(), ...place, nested: false }];
    // A row of another width cannot be read; words part what stood before them from what comes.
    if (cells !== undefined) unread.push({ ...place });
    else if (/^\s*\w/.test(line)) place.payload++;
    return [];
  };
  const push = (text: string): ReplyEntry[] => {
    const lines = (rest + text).split('\n');
    rest = lines.pop() ?? '';
    return lines.flatMap((line) => read(line));
  };
  const end = (isWhole: boolean): ReplyEntry[] => {
    if (isWhole) return read(rest);
    unread.push({ ...place, payload: place.payload + Number(/^\s*\w/.test(rest)) });
    return [];
  };
  return { push, end, unread, opensReply: false, firstPayload: 0, malformed: 0 };
}
