import type { RecordId } from '../../src/types/prompt.js';
import type { ReplyFormat } from '../../src/types/reply.js';

/** What a format finds in a reply, as `[id, value]`, and how much of it cannot be read. */
export function entriesIn(
  format: ReplyFormat,
  text: string,
  { ids = [1, 2, 3], isWhole = true }: { readonly ids?: readonly RecordId[]; readonly isWhole?: boolean } = {},
) {
  const reader = format.reader({ ids });
  const entries = [...reader.push(text), ...reader.end(isWhole)];
  return { entries: entries.map(({ id, value }) => [id, value]), malformed: reader.malformed };
}
