import { from, lastValueFrom, of, toArray } from 'rxjs';
import { expect, test } from 'vitest';
import { mlPredict } from '../../operators/mlPredict.js';
import { defineModel } from '../../src/model/define-model.js';
import { decodeRecords } from '../../src/prompt/decode.js';
import { createProvider } from '../../src/provider/create-provider.js';
import type { RecoveryStrategy } from '../../src/types/recovery.js';
import type { FinishReason } from '../../src/types/reply.js';

const RECORDS = 400;
/** What asking again may always cost, in records asked alone. */
const FLOOR = 50;
const OUTPUT_TO_INPUT = 4;

interface Reply {
  readonly text: string;
  readonly finish: FinishReason;
}

/** What all requests of a run cost, in characters of input. */
async function costOf(
  reply: (texts: readonly string[]) => Reply,
  batchSize: number,
  failureStrategy: RecoveryStrategy,
) {
  let cost = 0;
  const provider = createProvider({
    name: 'talkative',
    model: 'any',
    capabilities: { streaming: true, enforcesSchema: false },
    complete: ({ system = '', messages }) => {
      const content = messages[0]!.content;
      const { text, finish } = reply(decodeRecords(content, 'plain').map((record) => record.text));
      cost += system.length + content.length + OUTPUT_TO_INPUT * text.length;
      return of({ type: 'text', text } as const, { type: 'finish', reason: finish, usage: null } as const);
    },
  });
  const systemPrompt = 'Be exact, be brief, and answer for each. '.repeat(35);
  const model = defineModel({ provider, batchSize, failureStrategy, systemPrompt, concurrency: 1 });
  const records = Array.from({ length: RECORDS }, (_, number) => `record ${number}`);
  const outcomes = await lastValueFrom(from(records).pipe(mlPredict(model), toArray()));
  return { cost, answered: outcomes.filter(({ error }) => error === null).length };
}

const alone = (): Reply => ({ text: '{"value": "good"}', finish: 'stop' });

test.each(
  (['reask', 'bisect', 'single'] as const).flatMap((strategy) =>
    (
      [
        ['run away up to their limit', { text: ' '.repeat(8000), finish: 'length' }],
        ['talk in place of answers', { text: 'I would rather explain it first. '.repeat(120), finish: 'stop' }],
      ] as const
    ).map(([title, reply]) => [strategy, title, reply] as const),
  ),
)('%s costs no more than single calls where replies to batches %s', async (strategy, _, reply) => {
  const batches = (texts: readonly string[]): Reply => (texts.length === 1 ? alone() : reply);
  const single = await costOf(alone, 1, 'fail');

  const first = await costOf(batches, 20, 'fail');
  const run = await costOf(batches, 20, strategy);

  // What was asked first cannot be refused; the reply that goes over the limit is known only when it is there.
  const floor = first.cost + (single.cost * FLOOR) / RECORDS;
  const last = OUTPUT_TO_INPUT * reply.text.length;
  expect(run.cost).toBeLessThanOrEqual(Math.max(single.cost, floor) + 2 * last);
  // Halves of a batch run away too, and use it up; single records are what is asked for otherwise.
  if (strategy === 'single') expect(run.answered).toBeGreaterThan(FLOOR / 2);
});
