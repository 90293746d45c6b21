/**
 * Draws `docs/diagrams` from the marble specs, and removes what belongs to none. With `--check` it writes nothing, and fails if there is
 * anything to be done.
 */
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { differences, drawAll } from '../marbles/draw/files.js';

const folder = fileURLToPath(new URL('../docs/diagrams', import.meta.url));
const files = drawAll();

if (process.argv.includes('--check')) {
  const found = differences(files, folder);
  for (const one of found) console.error(`diagrams: docs/diagrams/${one}`);
  if (found.length > 0) {
    console.error('diagrams: run `npm run docs:diagrams`, and look at what has changed');
    process.exitCode = 1;
  }
} else {
  rmSync(folder, { recursive: true, force: true });
  for (const [file, content] of files) {
    mkdirSync(dirname(join(folder, file)), { recursive: true });
    writeFileSync(join(folder, file), content);
  }
  console.log(`diagrams: ${files.size - 1} in docs/diagrams`);
}
