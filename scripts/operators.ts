/**
 * Writes `docs/operators` from the operators' docblocks and the diagrams, and removes what belongs to no operator. With `--check` it
 * writes nothing, and fails if there is anything to be done.
 */
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { differences } from '../marbles/draw/files.js';
import { operatorPages } from './pages/operator-pages.js';

const folder = fileURLToPath(new URL('../docs/operators', import.meta.url));
const pages = await operatorPages();

if (process.argv.includes('--check')) {
  const found = differences(pages, folder);
  for (const one of found) console.error(`operators: docs/operators/${one}`);
  if (found.length > 0) {
    console.error('operators: run `npm run docs:operators`, and read what has changed');
    process.exitCode = 1;
  }
} else {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  for (const [file, content] of pages) writeFileSync(`${folder}/${file}`, content);
  console.log(`operators: ${pages.size} pages in docs/operators`);
}
