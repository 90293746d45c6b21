import type { Result } from './result.ts';

type Rows = Readonly<Record<string, Readonly<Record<string, string | number>>>>;

/** A row a figure: how it compares with each peer and with the limit. */
export function tableRows(results: readonly Result[]): Rows {
  return Object.fromEntries(
    results.map(({ name, metric, value, unit, vs, limit }) => [
      `${name}: ${metric}`,
      {
        value,
        unit,
        'of the peers': Object.entries(vs)
          .map(([peer, ratio]) => `${peer} ${ratio}`)
          .join(', '),
        'of the limit': limit ?? '',
      },
    ]),
  );
}

/** A row a goal: whether it is reached, and if not, why. */
export function goalRows(results: readonly Result[]): Rows {
  return Object.fromEntries(
    results.flatMap(({ name, metric, goals = [] }) =>
      goals.map(({ goal, reached, reason }) => [
        `${name}: ${metric}, ${goal}`,
        { reached: reached ? 'yes' : 'NO', why: reason ?? '' },
      ]),
    ),
  );
}
