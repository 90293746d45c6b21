import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { ROOT } from '../../scripts/pages/entries.js';

interface Lockfile {
  readonly packages: Readonly<Record<string, { readonly version?: string; readonly resolved?: string }>>;
}

interface Manifest {
  readonly dependencies: Readonly<Record<string, string>>;
  readonly devDependencies: Readonly<Record<string, string>>;
}

const read = (path: string): unknown => JSON.parse(readFileSync(`${ROOT}${path}`, 'utf8'));
const { packages } = read('examples/angular/package-lock.json') as Lockfile;

it('names packages by version and integrity, and no registry', () => {
  expect(Object.keys(packages).length).toBeGreaterThan(100);
  expect(Object.entries(packages).filter(([, { resolved }]) => resolved !== undefined)).toEqual([]);
});

it('leaves the library out: its tarball is another one with each build', () => {
  expect(Object.keys(packages).filter((path) => path.endsWith('node_modules/rxjs-llm'))).toEqual([]);
});

it('has the versions of what the library brings and is tested with', () => {
  const { dependencies, devDependencies } = read('package.json') as Manifest;
  const ours = { ...dependencies, ...devDependencies };
  const shared = ['csv-parse', 'rxjs', 'typescript', 'vitest', 'zod'];
  expect(shared.map((name) => [name, packages[`node_modules/${name}`]?.version])).toEqual(
    shared.map((name) => [name, ours[name]]),
  );
});
