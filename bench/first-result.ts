/** How long the first outcome of a batch of 20 takes over HTTP, where the reply is streamed, and where it comes as a whole. */
import { firstValueFrom, from } from 'rxjs';
import { mlPredict } from 'rxjs-llm';
import { http } from 'rxjs-llm/http';
import { defineModel } from 'rxjs-llm/model';
import { createStandInServer } from 'rxjs-llm/testing/server';
import { BATCH, reviewsOf, SYSTEM } from './batch-task.ts';
import { race, type Runner } from './race.ts';
import { atMost, type Result, rounded } from './result.ts';

const OURS = 'streamed';
const WHOLE = 'not streamed';
const ROUNDS = 9;
/** The server takes 300 ms for a batch of 20 and sends its reply evenly over that time: so much of it, the first of 20 answers is. */
const SCHEDULE = 1 / BATCH;

export async function run(): Promise<readonly Result[]> {
  const server = await createStandInServer({ apiKey: null });
  const runner = (name: string, stream: boolean): Runner => ({
    name,
    units: 1,
    run: () => firstOutcome(server.url, stream),
  });
  try {
    const { microseconds, ratio } = await race([runner(OURS, true), runner(WHOLE, false)], {
      rounds: ROUNDS,
      clock: 'wall',
    });
    return [
      {
        name: 'first-result',
        metric: 'time to the first outcome',
        value: rounded(microseconds(OURS) / 1000),
        unit: 'ms',
        vs: { [WHOLE]: rounded(ratio(OURS, WHOLE)) },
        limit: rounded(ratio(OURS, WHOLE) / SCHEDULE),
        goals: [atMost(1 / 10, ratio(OURS, WHOLE), 'at most 1/10 of the time without a stream')],
        note: 'the limit is a 20th of the time without a stream: when the server has sent the first answer',
      },
    ];
  } finally {
    await server.close();
  }
}

/** Ids are nonces, so that an answer may leave before the reply has ended. */
export async function firstOutcome(baseUrl: string, stream: boolean): Promise<unknown> {
  const provider = http({ model: 'stand-in', baseUrl, stream });
  const model = defineModel<{ readonly text: string }>({
    provider,
    systemPrompt: SYSTEM,
    batchSize: BATCH,
    recordIds: 'nonce',
  });
  return firstValueFrom(from(reviewsOf(BATCH)).pipe(mlPredict(model)));
}
