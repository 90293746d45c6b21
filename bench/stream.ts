/**
 * What streamed replies take: the scanner of the `json` format, fed piece by piece, beside what else reads JSON that is still growing.
 * Replies to 20 records in pieces of 8 characters, and one reply of 1 MB.
 */
import { JSONParser } from '@streamparser/json';
import { parse as parsePartial } from 'partial-json';
import { json, type ReplyReader } from 'rxjs-llm';
import { BATCH, replyOf } from './batch-task.ts';
import { race, type Race, type Runner } from './race.ts';
import { atMost, type Goal, type Result, rounded } from './result.ts';

const PIECE = 8;
const REPLIES = 2_000;
/** Entries of a reply of 1 MB. */
const ENTRIES = 10_000;
const VALUE = 'The case fits well and the battery lasts, but the delivery took weeks.';
/** `partial-json` reads all that came again with each piece: one reply of 1 MB would take it hours. */
const PARTIAL_ENTRIES = [50, 100] as const;

const OURS = 'json()';
const STREAMPARSER = '@streamparser/json';
const PARTIAL = 'partial-json';
const WHOLE = 'JSON.parse';

/** Reads a reply in pieces, and gives the number of entries that it found. */
type Reading = (pieces: readonly string[], records: number) => number;

export const readings: Readonly<Record<string, Reading>> = {
  [OURS]: (pieces, records) => readBy(json().reader({ ids: idsOf(records) }), pieces),
  [STREAMPARSER]: (pieces) => {
    let found = 0;
    const parser = new JSONParser({ paths: ['$.results.*'], keepStack: false });
    parser.onValue = () => {
      found++;
    };
    for (const piece of pieces) parser.write(piece);
    return found;
  },
  [PARTIAL]: (pieces) => {
    let text = '';
    let found = 0;
    for (const piece of pieces) {
      text += piece;
      found = (parsePartial(text) as { readonly results?: readonly unknown[] }).results?.length ?? 0;
    }
    return found;
  },
  [WHOLE]: (pieces) => (JSON.parse(pieces.join('')) as { readonly results: readonly unknown[] }).results.length,
};

function readBy(reader: ReplyReader, pieces: readonly string[]): number {
  let found = 0;
  for (const piece of pieces) found += reader.push(piece).length;
  return found + reader.end(true).length;
}

const idsOf = (records: number): readonly number[] => Array.from({ length: records }, (_, place) => place + 1);

export function piecesOf(text: string, size = PIECE): readonly string[] {
  return Array.from({ length: Math.ceil(text.length / size) }, (_, number) =>
    text.slice(number * size, (number + 1) * size),
  );
}

/** Reads replies to so many records each; a unit is a character. */
function reader(name: string, replies: number, records: number, as = name): Runner {
  const text = replyOf(records, VALUE);
  const pieces = piecesOf(text);
  return {
    name: as,
    units: replies * text.length,
    run: () => {
      for (let number = 0; number < replies; number++) {
        const found = readings[name]?.(pieces, records);
        if (found !== records) throw new Error(`${name} found ${String(found)} of ${records} entries`);
      }
    },
  };
}

export async function run(): Promise<readonly Result[]> {
  return [await batches(), await oneReply(), await partialGrowth()];
}

/** Replies to 20 records. */
async function batches(): Promise<Result> {
  const raced = await race([OURS, STREAMPARSER, WHOLE, PARTIAL].map((name) => reader(name, replies(name), BATCH)));
  return {
    ...figures('stream, replies to 20 records', raced, [STREAMPARSER, PARTIAL]),
    goals: [STREAMPARSER, PARTIAL].map((name) => faster(raced, name)),
    note: `${PARTIAL} with ${replies(PARTIAL)} replies in place of ${REPLIES}`,
  };
}

function replies(name: string): number {
  return name === PARTIAL ? REPLIES / 50 : REPLIES;
}

/** One reply of 1 MB, and a quarter of it: four times the text takes four times as long. */
async function oneReply(): Promise<Result> {
  const quarter = 'a quarter';
  const raced = await race([
    ...[OURS, STREAMPARSER, WHOLE].map((name) => reader(name, 1, ENTRIES)),
    reader(OURS, 4, ENTRIES / 4, quarter),
  ]);
  return {
    ...figures('stream, one reply of 1 MB', raced, [STREAMPARSER]),
    goals: [
      faster(raced, STREAMPARSER),
      atMost(
        1.5,
        raced.ratio(OURS, quarter),
        'a character takes at most 1.5 × of what it takes in a quarter of the reply',
      ),
    ],
  };
}

/** What makes of it a peer that was not run with 1 MB. */
async function partialGrowth(): Promise<Result> {
  const [few, many] = PARTIAL_ENTRIES;
  const name = (entries: number): string => `${PARTIAL}, ${entries} entries`;
  const raced = await race([
    reader(PARTIAL, 2, few, name(few)),
    reader(PARTIAL, 1, many, name(many)),
    reader(OURS, 40, many),
  ]);
  const growth = raced.ratio(name(many), name(few));
  const factor = ENTRIES / many;
  const grown = growth ** (Math.log(factor) / Math.log(many / few));
  return {
    name: `stream, a reply of ${many} entries`,
    metric: 'CPU time for a character',
    value: rounded(raced.microseconds(OURS)),
    unit: 'µs',
    vs: { [PARTIAL]: rounded(raced.ratio(OURS, name(many))) },
    note: `${PARTIAL}: twice the reply takes ${rounded(growth)} × for a character; growing so, 1 MB (${factor} × as long) would take it ${rounded(grown)} × of that`,
  };
}

function figures(name: string, raced: Race, peers: readonly string[]): Result {
  return {
    name,
    metric: 'CPU time for a character',
    value: rounded(raced.microseconds(OURS)),
    unit: 'µs',
    vs: Object.fromEntries(peers.map((peer) => [peer, rounded(raced.ratio(OURS, peer))])),
    limit: rounded(raced.ratio(OURS, WHOLE)),
  };
}

function faster(raced: Race, peer: string): Goal {
  return atMost(1, raced.ratio(OURS, peer), `faster than ${peer}`);
}
