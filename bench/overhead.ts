/** What the library itself takes: 200,000 records in batches of 20, and a model in this process that answers at once. */
import { Answerer, reviewsOf } from './batch-task.ts';
import { race } from './race.ts';
import { atMost, type Result, rounded } from './result.ts';
import { type Way, withDataloader, withLangChain, withLoop, withMlPredict, withPipe, withPQueue } from './ways.ts';

const RECORDS = 200_000;
/** LangChain makes a call a record, each with its callbacks: its time for one of these stands for one of 200,000. */
const FEWER_RECORDS = 4_000;

const OURS = 'mlPredict';
/** By `node --cpu-prof`. */
const WHY_SLOWER =
  'two fifths of the time are the prompt and the reply, which are written and read so that nothing in them can be mistaken; a fifth are the ' +
  'subscriptions of rxjs, a tenth is the collection of garbage, and the rest is spread over outcomes, order, the gate and the ledger';
const PIPE = 'rxjs by hand';
const LANGCHAIN = 'LangChain .batch';
const PEERS: Readonly<Record<string, Way>> = {
  [PIPE]: withPipe,
  dataloader: withDataloader,
  'p-queue': withPQueue,
};

/** @returns what asks for so many records, and fails where one has no value */
export function asking(way: Way, count: number, answerer = new Answerer()): () => Promise<void> {
  const records = reviewsOf(count);
  return async () => {
    const answered = await way(records, answerer);
    const valued = answered.filter(({ record, value }, place) => record === records[place] && value === 'positive');
    if (valued.length !== count) throw new Error(`${valued.length} of ${count} records have their value in order`);
  };
}

export async function run(): Promise<readonly Result[]> {
  const many = (name: string, way: Way) => ({ name, units: RECORDS, run: asking(way, RECORDS) });
  const { microseconds, ratio } = await race([
    many(OURS, withMlPredict),
    ...Object.entries(PEERS).map(([name, way]) => many(name, way)),
    many('loop', withLoop),
    { name: LANGCHAIN, units: FEWER_RECORDS, run: asking(withLangChain, FEWER_RECORDS) },
  ]);
  const peers = [...Object.keys(PEERS), LANGCHAIN];
  return [
    {
      name: 'overhead',
      metric: 'CPU time for a record',
      value: rounded(microseconds(OURS)),
      unit: 'µs',
      vs: Object.fromEntries(peers.map((name) => [name, rounded(ratio(OURS, name))])),
      limit: rounded(ratio(OURS, 'loop')),
      goals: [
        atMost(2, ratio(OURS, PIPE), 'at most 2 × the pipe by hand', WHY_SLOWER),
        atMost(1 / 10, ratio(OURS, LANGCHAIN), "at most 1/10 of LangChain's", WHY_SLOWER),
      ],
      note: `LangChain with ${FEWER_RECORDS} records, one call each; the limit is a bare loop`,
    },
  ];
}
