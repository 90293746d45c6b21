/** What a page has to load: each entry, and the four operators that every pipeline needs. */
import { bundleSize, entriesOf } from '../scripts/bundle-size.ts';
import { atMost, type Result } from './result.ts';

const CORE = {
  module: `export { bufferTimeOrCount, toBatchPrompt, callLLM, parseIndexed } from './dist/src/index.js'`,
};
const CORE_LIMIT = 10_000;
const OWN_LIMIT = 6_000;

export async function run(): Promise<readonly Result[]> {
  return [await coreSize(), ...(await Promise.all(entriesOf().map(entrySize)))];
}

/** The four core operators. */
export async function coreSize(): Promise<Result> {
  const { gzipped } = await bundleSize(CORE);
  const own = await bundleSize(CORE, { dependencies: false });
  return {
    ...sized('size, four core operators', gzipped),
    note: `own code: ${own.gzipped} bytes`,
    goals: [
      atMost(CORE_LIMIT, gzipped, `at most ${CORE_LIMIT} bytes without rxjs`),
      atMost(
        OWN_LIMIT,
        own.gzipped,
        `at most ${OWN_LIMIT} bytes of own code`,
        'the operators depend on nothing but rxjs, so all of it is own code: matching, decoys, broken replies and the ledger are in it',
      ),
    ],
  };
}

async function entrySize([entry, file]: readonly [string, string]): Promise<Result> {
  const { gzipped } = await bundleSize({ file });
  return sized(`size, ${entry.replace('.', 'rxjs-llm')}`, gzipped);
}

function sized(name: string, value: number): Result {
  return { name, metric: 'minified and gzipped, without peers', value, unit: 'bytes', vs: {} };
}
