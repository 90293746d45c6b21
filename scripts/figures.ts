/**
 * Writes what `bench/results.json` says into the tables of the README and of `docs/benchmarks.md`. With `--check` it writes nothing, and
 * fails if there is anything to be done.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { ROOT } from './pages/entries.js';
import { FIGURE_PAGES, readResults, withFigures } from './pages/figures.js';

const results = readResults();
for (const page of FIGURE_PAGES) {
  const text = readFileSync(ROOT + page, 'utf8');
  const filled = await withFigures(page, text, results);
  if (filled === text) continue;
  if (process.argv.includes('--check')) {
    console.error(`figures: ${page} differs from bench/results.json: run \`npm run docs:figures\``);
    process.exitCode = 1;
  } else {
    writeFileSync(ROOT + page, filled);
    console.log(`figures: ${page}`);
  }
}
