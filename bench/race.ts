import { collectGarbage } from '../test/collect-garbage.ts';

/** One way to do the work. */
export interface Runner {
  readonly name: string;
  /** How much of the work it does: times are compared for one unit. */
  readonly units: number;
  readonly run: () => unknown;
}

/** Times of all runners, in the same rounds. */
export interface Race {
  /** Median time for one unit, in microseconds. */
  microseconds(name: string): number;
  /** Median over the rounds of what one's time is of the other's in the same round. */
  ratio(name: string, other: string): number;
}

/** Options of {@link race}. */
interface RaceOptions {
  readonly rounds?: number;
  readonly warmUps?: number;
  /** What counts: the time that passes, or the time that the process computes, which others on the machine do not add to. @defaultValue 'cpu' */
  readonly clock?: keyof typeof CLOCKS;
}

/** Microseconds so far. */
const CLOCKS = {
  cpu: () => {
    const { user, system } = process.cpuUsage();
    return user + system;
  },
  wall: () => 1000 * performance.now(),
};

/**
 * Lets all do their work in each round, one after the other, every other round in reverse: what slows the machine down for a while slows
 * all of them. Each starts on a clean heap. The first rounds warm up, and do not count.
 */
export async function race(
  runners: readonly Runner[],
  { rounds = 5, warmUps = 1, clock = 'cpu' }: RaceOptions = {},
): Promise<Race> {
  const now = CLOCKS[clock];
  const times = new Map(runners.map(({ name }) => [name, [] as number[]]));
  for (let round = -warmUps; round < rounds; round++)
    for (const { name, units, run } of round % 2 === 0 ? runners : runners.toReversed()) {
      collectGarbage();
      const started = now();
      await run();
      const time = (now() - started) / units;
      if (round >= 0) times.get(name)?.push(time);
    }
  const timesOf = (name: string): readonly number[] => {
    const known = times.get(name);
    if (known === undefined) throw new RangeError(`no runner is called ${name}`);
    return known;
  };
  return {
    microseconds: (name) => median(timesOf(name)),
    ratio: (name, other) => median(timesOf(name).map((time, round) => time / timesOf(other)[round]!)),
  };
}

/** The middle one; of an even number, the mean of the two in the middle. */
export function median(figures: readonly number[]): number {
  const sorted = figures.toSorted((a, b) => a - b);
  const half = (sorted.length - 1) / 2;
  return (sorted[Math.floor(half)]! + sorted[Math.ceil(half)]!) / 2;
}
