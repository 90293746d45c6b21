/** One figure of a benchmark. It is a cost: less is better. */
export interface Result {
  /** The benchmark, and what it was measured with. */
  readonly name: string;
  readonly metric: string;
  readonly value: number;
  readonly unit: string;
  /** What it is of a peer's, which did the same: below 1, it is less. */
  readonly vs: Readonly<Record<string, number>>;
  /** What it is of the least that any program could do with. */
  readonly limit?: number;
  readonly goals?: readonly Goal[];
  /** What has to be known to read the figure. */
  readonly note?: string;
}

/** What a figure was to reach. */
export interface Goal {
  readonly goal: string;
  readonly reached: boolean;
  /** Why it is short. */
  readonly reason?: string;
}

/** A goal that is reached with at most `most`. */
export function atMost(most: number, measured: number, goal: string, reason?: string): Goal {
  const reached = measured <= most;
  return reached || reason === undefined ? { goal, reached } : { goal, reached, reason };
}

/** To four digits: more of a measured figure is noise. */
export function rounded(figure: number): number {
  return Number(figure.toPrecision(4));
}
