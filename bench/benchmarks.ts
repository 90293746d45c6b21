import type { Result } from './result.ts';

/** A benchmark: what it measures, it gives as results. */
interface Benchmark {
  run(): Promise<readonly Result[]>;
}

/** All of them, in the order of the table. */
export const BENCHMARKS: Readonly<Record<string, () => Promise<Benchmark>>> = {
  overhead: () => import('./overhead.ts'),
  stream: () => import('./stream.ts'),
  wall: () => import('./wall.ts'),
  memory: () => import('./memory.ts'),
  'retry-storm': () => import('./retry-storm.ts'),
  hot: () => import('./hot.ts'),
  'first-result': () => import('./first-result.ts'),
  cost: () => import('./cost.ts'),
  size: () => import('./size.ts'),
};
