/** Records through a slow provider, in a process of its own, so that its memory is its own. `memory.ts` forks it. */
import { once } from 'node:events';
import { slowRun } from './slow-run.ts';

/** How many. */
export interface MemoryOrder {
  readonly records: number;
}

/** In bytes. */
export interface MemoryReport {
  /** The most that was live after a full collection. */
  readonly live: number;
  /** Largest resident memory of the process's whole life, as the system says. */
  readonly resident: number;
}

const [{ records }] = (await once(process, 'message')) as [MemoryOrder];
const { ok, live } = await slowRun(records);
if (ok !== records) throw new Error(`${ok} of ${records} records have an answer`);
process.send?.({
  live: Math.max(...live),
  resident: process.resourceUsage().maxRSS * 1024,
} satisfies MemoryReport);
process.disconnect();
