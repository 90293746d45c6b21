/**
 * Bundles every entry of package.json for a browser, as a user's bundler would, and prints its size without peers.
 * Fails when an entry is over its budget, or when an entry that has one would not run in a page with
 * `script-src 'self'`.
 */
import { bundleSize, entriesOf } from './bundle-size.ts';

/** Largest size of an entry, minified and gzipped, in bytes. An entry without one is only printed. */
const budgets: Readonly<Record<string, number>> = { '.': 12 * 1024 };

const faults: string[] = [];
const rows: Record<string, Record<string, string | number>> = {};

for (const [entry, file] of entriesOf()) {
  const { minified, gzipped, node, evaluated } = await bundleSize({ file });
  const budget = budgets[entry];
  rows[entry] = { minified, gzipped, budget: budget ?? '', 'node imports': node.length };
  if (budget === undefined) continue;
  if (gzipped > budget) faults.push(`${entry} is ${gzipped} bytes gzipped, over its budget of ${budget}`);
  if (node.length > 0) faults.push(`${entry} imports ${[...new Set(node)].join(', ')}, which no browser has`);
  if (evaluated.length > 0) faults.push(`${entry} evaluates text: ${[...new Set(evaluated)].join(', ')}`);
}

console.table(rows);
for (const fault of faults) console.error(`size: ${fault}`);
if (faults.length > 0) process.exitCode = 1;
