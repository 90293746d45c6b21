import { map } from 'rxjs';
import { parseIndexed } from '../operators/parseIndexed.js';
import type { Outcome } from '../src/types/outcome.js';
import type { AskablePrompt } from '../src/types/prompt.js';
import type { ReplyChunk } from '../src/types/reply.js';
import { seeOutcome } from './labels.js';
import { formats } from './parseIndexed/formats.js';
import { carried, matching, reading } from './parseIndexed/matching.js';
import type { Options, Piece } from './parseIndexed/pieces.js';
import { required } from './parseIndexed/required.js';
import { brokenReplies, streaming } from './parseIndexed/streaming.js';
import { promptFor } from './prompts.js';
import type { MarbleSuite } from './spec.js';

/** A piece as the chunk that it stands for. */
function chunkMaker({ asks = {}, nonces = false, enforced, attempt }: Options): (piece: Piece) => ReplyChunk<string> {
  const prompts = new Map<string, AskablePrompt<string>>();
  let from = 0;
  for (const [name, records] of Object.entries(asks)) {
    prompts.set(name, promptFor(name, Array.from(records), { from, nonces }));
    from += records.length;
  }
  const known = { ...(enforced === undefined ? {} : { enforced }), ...(attempt === undefined ? {} : { attempt }) };
  return ({ of, text = '', finish, error }) => {
    const prompt = prompts.get(of);
    if (prompt === undefined) throw new Error(`no prompt is named ${of}`);
    if (error !== undefined) return { ...known, prompt, done: true, error: { code: error, message: error } };
    if (finish === undefined) return { ...known, prompt, done: false, text };
    return { ...known, prompt, done: true, text, finish, usage: null, error: null };
  };
}

export const parseIndexedMarbles: MarbleSuite<Options, Piece, Outcome<string, unknown>> = {
  operator: 'parseIndexed',
  without: { tie: 'it has no timer' },
  play: ({ source, events }, options) => source.pipe(map(chunkMaker(options)), parseIndexed({ events, ...options })),
  see: seeOutcome,
  options: {},
  specs: [...required, ...streaming, ...brokenReplies, ...matching, ...reading, ...formats, ...carried],
  refused: [
    {
      options: { release: 'late' as 'early' },
      message: 'release must be one of auto, early, end; got late',
    },
    {
      options: { evidence: 'all' as 'none' },
      message: 'evidence must be one of excerpt, none; got all',
    },
  ],
  diagram: {
    call: ({ asks, nonces, enforced, attempt, ...options }) => ({
      options,
      setting: {
        'records of the prompts': asks,
        'records are named by nonces': nonces,
        'the provider enforces the schema': enforced,
        attempt,
      },
    }),
    see: ({ of, text = '', finish, error }) => {
      const end = error === undefined ? finish : `!${error}`;
      return `${of}: ${text}${end === undefined ? '' : ` (${end})`}`;
    },
    key: 'Marbles of the source are pieces of replies: the prompt, the text, and how the reply ends.',
  },
};
