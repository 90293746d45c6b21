/**
 * Runs benchmarks, each in a process of its own; prints what they measured, and writes it to `bench/results.json`.
 *
 * `npm run bench` runs all, `npm run bench -- size` one: what was measured of others before stays.
 */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { BENCHMARKS } from './benchmarks.ts';
import type { Result } from './result.ts';
import { goalRows, tableRows } from './table.ts';

const RESULTS = new URL('results.json', import.meta.url);

const all = Object.keys(BENCHMARKS);
const [first = '', ...more] = process.argv.slice(2);

if (process.send !== undefined) process.send(await measured(first));
else await measureAll(first === '' ? all : [first, ...more]);

async function measured(name: string): Promise<readonly Result[]> {
  const benchmark = BENCHMARKS[name];
  if (benchmark === undefined) throw new RangeError(`there are the benchmarks ${all.join(', ')}; got ${name}`);
  return (await benchmark()).run();
}

async function measureAll(names: readonly string[]): Promise<void> {
  const results: Result[] = [];
  for (const name of names) {
    console.log(`${name} …`);
    results.push(...(await measuredApart(name)));
  }
  console.table(tableRows(results));
  const goals = goalRows(results);
  if (Object.keys(goals).length > 0) console.table(goals);
  const kept = (existsSync(RESULTS) ? read() : []).filter(({ name }) => !names.includes(benchmarkOf(name)));
  const order = ({ name }: Result): number => all.indexOf(benchmarkOf(name));
  const written = [...kept, ...results].sort((a, b) => order(a) - order(b));
  writeFileSync(RESULTS, `${JSON.stringify(written, null, 2)}\n`);
}

/** What one leaves behind in a process (compiled code, hooks, a heap) is not to weigh on the next. */
async function measuredApart(name: string): Promise<readonly Result[]> {
  const child = fork(fileURLToPath(import.meta.url), [name]);
  const ended = once(child, 'exit').then(([code]) => Promise.reject(new Error(`${name} ended with ${String(code)}`)));
  const [results] = (await Promise.race([once(child, 'message'), ended])) as [readonly Result[]];
  ended.catch(() => undefined);
  child.disconnect();
  return results;
}

function read(): readonly Result[] {
  return JSON.parse(readFileSync(RESULTS, 'utf8')) as readonly Result[];
}

function benchmarkOf(name: string): string {
  return name.split(',')[0] ?? '';
}
