/**
 * What a job takes of the machine: 50,000 requests in 200 MB, the most that OpenAI takes in one, submitted, followed and read through
 * the SDKs over HTTP. Server and client are processes of their own, each client a new one, with Node's usual heap.
 *
 * It fails if a client that holds no prompts grows by 256 MB or more over what it has once its imports are done. The largest resident
 * memory is the system's own figure for the process. `npm run bench:jobs`.
 */
import { figuresOf } from './forked.ts';
import type { Form, ProviderName } from './job-client.ts';
import type { LineFigures } from './job-lines.ts';
import { REQUESTS, runJob } from './job-run.ts';

const MB = 1_000_000;
/** What a client without prompts may grow by, in bytes. */
const LIMIT = 256 * MB;

/** Those that stand together run at the same time: most of it is the servers' time, one core each. */
const RUNS: readonly (readonly (readonly [ProviderName, Form])[])[] = [
  [
    ['openai', 'names'],
    ['anthropic', 'names'],
  ],
  [
    ['openai', 'store'],
    ['openai', 'memory'],
  ],
];

const PROMPTS: Readonly<Record<Form, string>> = {
  names: 'promptsOfKeys()',
  store: 'promptsOfKeys({ store })',
  memory: 'jobMemory()',
};

const inMB = (bytes: number): number => Math.round(bytes / MB);

const rows: Record<string, Record<string, string | number>> = {};
let reached = true;
for (const together of RUNS) {
  const reports = await Promise.all(together.map(([provider, form]) => runJob(provider, form)));
  for (const [place, { sampled, peak, bytes, ms }] of reports.entries()) {
    const [provider, form] = together[place]!;
    const { idle } = sampled;
    rows[`${provider}, ${PROMPTS[form]}`] = {
      'sent, MB': inMB(bytes),
      'idle, MB': inMB(idle),
      '+ submit': inMB(sampled.submit - idle),
      '+ follow': inMB(sampled.follow - idle),
      '+ read': inMB(sampled.read - idle),
      '+ peak, MB': inMB(peak - idle),
      'read, lines/s': Math.round((1000 * REQUESTS) / ms.read),
    };
    if (form === 'names') reached &&= peak - idle < LIMIT;
  }
}
console.log(`\na job of ${REQUESTS} requests: resident memory of the client, and what it grows by`);
console.table(rows);

const { written, ratio } = await figuresOf<LineFigures>('job-lines.ts');
console.log('\nlines of a job, from records to the disk, in lines/s');
console.table(
  Object.fromEntries(Object.entries(written).map(([size, lines]) => [size, { 'lines/s': Math.round(lines) }])),
);
console.log('\nlines that fast-json-stringify writes while JSON.stringify writes one');
console.table(Object.fromEntries(Object.entries(ratio).map(([shape, lines]) => [shape, { lines: lines.toFixed(2) }])));

console.log(`\nwithout prompts, a client grows by less than ${inMB(LIMIT)} MB: ${reached ? 'yes' : 'NO'}`);
process.exitCode = reached ? 0 : 1;
