import { describe, expect, it } from 'vitest';
import { standIn } from '../testing/chat.js';
import { blocksOf, PAGES } from './blocks.js';
import { runProgram } from './run.js';

const programs = PAGES.flatMap(blocksOf).filter(({ info }) => info === 'run');

describe('a block that is marked `ts run` prints what stands below it', () => {
  it.each(programs.map((block) => [block.place, block] as const))('%s', async (_, { code, prints }) => {
    const server = await standIn({ jobs: { durationMs: 0 } });
    expect(await runProgram(code, server.url)).toBe(prints);
  });

  it('has been found in the guides that promise it', () => {
    const pages = new Set(programs.map(({ place }) => place.replace(/:\d+$/, '')));
    const promised = ['first-pipeline', 'batch-size', 'jobs', 'predictor', 'formats/json'];
    expect(promised.filter((page) => !pages.has(`docs/${page}.md`))).toEqual([]);
  });
});
