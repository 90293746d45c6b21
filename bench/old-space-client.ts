/** How the old space grows while records go through a slow provider, and nothing collects it. `test/bench/memory.test.ts` forks it. */
import { once } from 'node:events';
import { getHeapSpaceStatistics } from 'node:v8';
import { collectGarbage } from '../test/collect-garbage.ts';
import type { MemoryOrder } from './memory-client.ts';
import { slowRun } from './slow-run.ts';

/** In bytes. */
export interface OldSpaceReport {
  /** The most that it was larger than after the full collection before. */
  readonly grown: number;
}

/** In bytes. */
function oldSpace(): number {
  return getHeapSpaceStatistics().find(({ space_name: name }) => name === 'old_space')!.space_used_size;
}

const [{ records }] = (await once(process, 'message')) as [MemoryOrder];
await slowRun(records, oldSpace);
collectGarbage();
const before = oldSpace();
const { live } = await slowRun(records, oldSpace);
process.send?.({ grown: Math.max(...live) - before } satisfies OldSpaceReport);
process.disconnect();
