import type { RecordId } from '../../src/types/prompt.js';
import type { DocumentPlace, ReplyFormat } from '../../src/types/reply.js';

interface ReadOptions {
  readonly ids?: readonly RecordId[];
  readonly isWhole?: boolean;
}

/** What a format finds in a reply, as `[id, value]`, and how much of it cannot be read. */
export function entriesIn(format: ReplyFormat, text: string, { ids = [1, 2, 3], isWhole = true }: ReadOptions = {}) {
  const reader = format.reader({ ids });
  const entries = [...reader.push(text), ...reader.end(isWhole)];
  return { entries: entries.map(({ id, value }) => [id, value]), malformed: reader.malformed };
}

/** Where a reply has what, each place as `document/payload`: entries as `id@place`. */
export function placesIn(format: ReplyFormat, text: string, { ids = [1, 2, 3], isWhole = true }: ReadOptions = {}) {
  const reader = format.reader({ ids });
  const entries = [...reader.push(text), ...reader.end(isWhole)];
  const { unread = [], firstPayload, opensReply } = reader;
  return {
    entries: entries.map((entry) => `${String(entry.id)}@${written(entry)}`),
    unread: unread.map(written),
    firstPayload,
    opensReply,
  };
}

function written({ document, payload }: DocumentPlace): string {
  return `${document}/${payload}`;
}
