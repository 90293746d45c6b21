/**
 * Lets many clients ask the service at once, with one record a call and with 20: `npm run demo:service`. The last of them asks just
 * before the service is told to end. It needs no key and no network; other batch sizes are arguments.
 */
import { spawn } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const CLIENTS = 200;

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));
const batchSizes = process.argv.length > 2 ? process.argv.slice(2) : ['1', '20'];

const reviews = (await readFile(here('../data/reviews.jsonl'), 'utf8'))
  .trim()
  .split('\n')
  .map((line) => (JSON.parse(line) as { readonly text: string }).text);

for (const batchSize of batchSizes) await demo(batchSize);

async function demo(batchSize: string): Promise<void> {
  const env = { ...process.env, OPENAI_API_KEY: undefined, PORT: '0', BATCH_SIZE: batchSize };
  const service = spawn(process.execPath, [here('main.ts')], { env, stdio: ['ignore', 'pipe', 'inherit'] });
  const lines = createInterface(service.stdout)[Symbol.asyncIterator]();
  const said = async (): Promise<string> => String((await lines.next()).value);
  try {
    const [url = ''] = /http:.*/.exec(await said()) ?? [];
    const startedAt = performance.now();
    const waits = await Promise.all(reviews.slice(0, CLIENTS).map((text) => ask(url, text)));
    const all = performance.now() - startedAt;
    const half = waits.toSorted((one, other) => one - other)[CLIENTS / 2] ?? NaN;
    console.log(`batches of ${batchSize}: ${CLIENTS} clients have their answers after ${seconds(all)},`);
    console.log(`  half of them after ${seconds(half)}. One more asks, and the service is told to end.`);

    const last = ask(url, reviews.at(-1) ?? '');
    await whenOpen(url);
    service.kill('SIGTERM');
    await last;
    console.log(`  It ${await said()}`);
  } finally {
    service.kill();
  }
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(2)} s`;
}

/** @returns how long the answer took, in milliseconds */
async function ask(url: string, text: string): Promise<number> {
  const startedAt = performance.now();
  const response = await fetch(`${url}/predict`, { method: 'POST', body: JSON.stringify({ text }) });
  if (!response.ok) throw new Error(`the service answered ${response.status}: ${await response.text()}`);
  await response.json();
  return performance.now() - startedAt;
}

/** Waits until a request is open. */
async function whenOpen(url: string): Promise<void> {
  for (;;) {
    const { open } = (await (await fetch(`${url}/health`)).json()) as { readonly open: number };
    if (open > 0) return;
  }
}
