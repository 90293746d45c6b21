/**
 * Runs a file of reviews through the command line twice, with one record a call and with 20, and compares the two.
 * It needs no key and no network: `npm run demo`.
 */
import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createStandInServer } from 'rxjs-llm/testing/server';

const here = (path) => fileURLToPath(new URL(path, import.meta.url));
const commandLine = here('../dist/src/cli/main.js');
const batchSizes = [1, 20];

const server = await createStandInServer({ apiKey: null });
const folder = await mkdtemp(join(tmpdir(), 'rxjs-llm-demo-'));
try {
  process.exitCode = await demo();
} finally {
  await server.close();
  await rm(folder, { recursive: true });
}

async function demo() {
  console.log(
    `The server at ${server.url} stands in for a language model. It is a lexicon of words with scores and no LLM:`,
  );
  console.log(
    'it takes 200 ms for one record and 300 ms for 20, and counts tokens as a model would. Prices are those of gpt-4.1-mini.',
  );
  const runs = [];
  for (const batchSize of batchSizes) runs.push(await runReviews(batchSize));

  console.log('\nThe first results:\n');
  for (const { record, value, error } of runs[0].results.slice(0, 6))
    console.log(`  ${(value ?? error.code).padEnd(10)}${record.text}`);
  console.log(`\nThe same ${runs[0].results.length} reviews, 4 calls at a time:\n`);
  console.log(table(runs.map(({ summary }) => summary)));

  const complete = runs.every(({ status, results }) => status === 0 && results.length > 0);
  const agree = complete && same(...runs.map(({ results }) => results));
  console.log(
    `\n${complete ? 'Every review has a value' : 'Some reviews have NO value'} in both runs, and the values ${agree ? 'agree' : 'do NOT agree'}.`,
  );
  return complete && agree ? 0 : 1;
}

/** One run of the command line, as a user would start it. */
async function runReviews(batchSize) {
  const output = join(folder, `batch-${batchSize}.jsonl`);
  const options = ['--model', here('sentiment.json'), '--input', here('data/reviews.jsonl'), '--output', output];
  const args = ['run', ...options, '--set', `batch.size=${batchSize}`, '--progress', 'json'];
  console.log(
    `\n$ rxjs-llm run --model sentiment.json --input reviews.jsonl --output batch-${batchSize}.jsonl --set batch.size=${batchSize}`,
  );
  const child = spawn(process.execPath, [commandLine, ...args], {
    stdio: ['ignore', 'inherit', 'pipe'],
    env: { ...process.env, RXJS_LLM_BASE_URL: server.url },
  });
  const said = [];
  child.stderr.setEncoding('utf8').on('data', (text) => said.push(text));
  const status = await new Promise((resolve, reject) => child.on('error', reject).on('close', resolve));
  const last = said.join('').trim().split('\n').at(-1);
  if (status !== 0 && status !== 3) throw new Error(`the command line ended with status ${status}: ${last}`);
  return { status, summary: JSON.parse(last), results: jsonLines(await readFile(output, 'utf8')) };
}

function jsonLines(text) {
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line));
}

function same(some, others) {
  return (
    some.length === others.length &&
    some.every(({ key, value }, i) => key === others[i].key && value === others[i].value)
  );
}

/** Rows of figures, and how many times the last run's the first run's are. */
function table([one, many]) {
  const figures = [
    ['calls', ({ calls }) => calls, 0],
    ['seconds', ({ seconds }) => seconds, 2],
    ['tokens in', ({ tokens }) => tokens.input, 0],
    ['tokens out', ({ tokens }) => tokens.output, 0],
    ['cost, USD', ({ cost }) => cost, 5],
  ];
  const rows = figures.map(([name, read, decimals]) => [
    name,
    ...[one, many].map((summary) => read(summary).toFixed(decimals)),
    (read(one) / read(many)).toFixed(1),
  ]);
  return [['', ...batchSizes.map((size) => `batch.size ${size}`), 'ratio'], ...rows]
    .map(
      (row) =>
        `  ${row[0].padEnd(12)}${row
          .slice(1)
          .map((cell) => cell.padStart(14))
          .join('')}`,
    )
    .join('\n');
}
