import { describe, expect, test } from 'vitest';
import { Answerer } from '../../bench/batch-task.js';
import { asking } from '../../bench/overhead.js';
import {
  reported,
  withDataloader,
  withLangChain,
  withLoop,
  withMlPredict,
  withPipe,
  withPQueue,
} from '../../bench/ways.js';

describe('bench overhead', () => {
  test.each([
    ['mlPredict', withMlPredict, 20],
    ['rxjs by hand', withPipe, 20],
    ['loop', withLoop, 20],
    ['dataloader', withDataloader, 20],
    ['p-queue', withPQueue, 20],
    ['LangChain', withLangChain, 1],
  ])('%s answers every record, and asks once a batch', async (_, way, batch) => {
    const answerer = new Answerer();

    await asking(way, 200, answerer)();

    expect(answerer.calls).toBe(200 / batch);
  });

  test('events grow with the batches', async () => {
    const eventsOf = async (records: number): Promise<number> => {
      const before = reported.events;
      await asking(withMlPredict, records)();
      return reported.events - before;
    };

    const few = await eventsOf(400);

    expect(few).toBeGreaterThan(0);
    expect(await eventsOf(1600)).toBe(4 * few);
  });

  test('a way that loses a record is no way', async () => {
    const losing = asking(async (records, answerer) => (await withLoop(records, answerer)).slice(1), 40);

    await expect(losing()).rejects.toThrow('0 of 40 records have their value in order');
  });
});
