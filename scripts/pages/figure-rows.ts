/** A figure of `bench/results.json` that the documentation shows. */
export interface Figure {
  readonly what: string;
  /** Of the result. */
  readonly name: string;
  /** Of results with one name: a part of its metric. */
  readonly metric?: string;
  /** The peer that it is shown beside, or the limit. @defaultValue none: the value is shown */
  readonly of?: string;
  /** A part of the goal. @defaultValue none */
  readonly goal?: string;
}

const SINGLE = 'one call a record';
const RETRIES = 'p-retry around each call';
const cost = (format: string, via: string, unusable: number): string =>
  `cost, rubric, ${format}, ${via}, ${unusable} % unusable`;

/** Of `docs/benchmarks.md`. */
export const FIGURES: readonly Figure[] = [
  ...[
    { what: 'an rxjs pipe by hand without safety', of: 'rxjs by hand', goal: 'the pipe by hand' },
    { what: 'dataloader', of: 'dataloader' },
    { what: 'p-queue', of: 'p-queue' },
    { what: 'LangChain `.batch`', of: 'LangChain .batch', goal: 'LangChain' },
  ].map(({ what, ...row }) => ({ ...row, what: `\`overhead\`, of ${what}`, name: 'overhead' })),
  ...[
    ['replies to 20 records', '@streamparser/json'],
    ['one reply of 1 MB', '@streamparser/json'],
    ['replies to 20 records', 'partial-json'],
  ].map(([what = '', of = '']) => ({
    what: `\`stream\`, ${what}, of \`${of}\``,
    name: `stream, ${what}`,
    of,
    goal: `faster than ${of}`,
  })),
  { what: '`wall`, calls, of one call a record', name: 'wall, calls', of: SINGLE, goal: SINGLE },
  ...['mlPredict, one call a record', 'openai under p-limit', 'LangChain .batch'].map((of) => ({
    what: `\`wall\`, time, of ${of}`,
    name: 'wall',
    of,
    goal: of,
  })),
  { what: '`wall`, time, of a bare `fetch` loop', name: 'wall', of: 'bare fetch loop, the same batches' },
  { what: '`wall`, time, of the ideal', name: 'wall', of: 'limit' },
  ...[100, 10].flatMap((ms) => [
    ...['p50', 'p99'].map((metric) => ({
      what: `\`hot\`, \`batch.timeout.ms\` ${ms}, added wait, ${metric}`,
      name: `hot, batch.timeout.ms ${ms}`,
      metric,
    })),
    {
      what: `\`hot\`, \`batch.timeout.ms\` ${ms}, dropped`,
      name: `hot, batch.timeout.ms ${ms}`,
      metric: 'without an answer',
      goal: 'none is dropped',
    },
  ]),
  {
    what: '`first-result`, of the same not streamed',
    name: 'first-result',
    of: 'not streamed',
    goal: '1/10',
  },
  {
    what: '`cost`, rubric, delimited, live, of single calls',
    name: cost('delimited', 'live', 0),
    of: SINGLE,
    goal: '85 % cheaper',
  },
  {
    what: '`cost`, rubric, delimited, job, of single calls',
    name: cost('delimited', 'job', 0),
    of: SINGLE,
    goal: '92 % cheaper',
  },
  ...['json', 'delimited'].map((format) => ({
    what: `\`cost\`, rubric, ${format}, live, 70 % unusable answers`,
    name: cost(format, 'live', 70),
    of: SINGLE,
    goal: '2/3',
  })),
  ...['live heap', 'resident memory, with a heap of 64 MB', 'resident memory'].map((what) => ({
    what: `\`memory\`, growth of ${what}`,
    name: 'memory',
    metric: `${what} from`,
    goal: '64 MB',
  })),
  { what: '`memory`, a job of 200 MB, over idle', name: 'memory, job', goal: '256 MB' },
  ...['adaptive', 'rate known', 'fixed'].flatMap((way) => [
    { what: `\`retry-storm\`, ${way}, refused`, name: `retry-storm, ${way}`, metric: 'refused', goal: '5 %' },
    {
      what: `\`retry-storm\`, ${way}, time, of the limit's`,
      name: `retry-storm, ${way}`,
      metric: 'time',
      of: 'limit',
      goal: '95 %',
    },
    {
      what: `\`retry-storm\`, ${way}, time, of p-retry's`,
      name: `retry-storm, ${way}`,
      metric: 'time',
      of: RETRIES,
    },
  ]),
  { what: '`size`, four operators without rxjs', name: 'size, four core operators', goal: 'without rxjs' },
  { what: '`size`, of which own code', name: 'size, four core operators', goal: 'own code' },
];

/** Of the README: what matters to who uses it. */
export const README_FIGURES: readonly Figure[] = [
  { what: 'calls', name: 'wall, calls', of: SINGLE },
  { what: 'time for a review, over HTTP', name: 'wall', of: 'openai under p-limit' },
  { what: 'the same', name: 'wall', of: 'LangChain .batch' },
  { what: 'cost, with a rubric of 400 tokens', name: cost('delimited', 'live', 0), of: SINGLE },
  { what: 'the same, as a batch job', name: cost('delimited', 'job', 0), of: SINGLE },
  { what: 'the same, live, where 70 % of the answers are unusable', name: cost('delimited', 'live', 70), of: SINGLE },
  { what: 'growth of live memory from 10,000 to 1,000,000 records', name: 'memory', metric: 'live heap' },
  { what: 'memory of a batch job of 200 MB, over idle', name: 'memory, job' },
];
