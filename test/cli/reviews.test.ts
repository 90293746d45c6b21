import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { lexiconSentiment } from '../../src/testing/server.js';
import { standIn } from '../testing/chat.js';
import { parseLines, runCli, sentimentModel, workplace } from './cli.js';

/** 2,999 labelled sentences, beside the project and not part of it. */
const REVIEWS = fileURLToPath(new URL('../../../shared/data/reviews.jsonl', import.meta.url));

interface LabelledReview {
  readonly id: string;
  readonly source: string;
  readonly text: string;
  readonly label: string;
}

interface LabelledLine {
  readonly key: string;
  readonly record: LabelledReview;
  readonly value: unknown;
  readonly error: unknown;
}

describe('the reviews in ../shared/data', () => {
  it('get their own values: as accurate as the lexicon that the server asks, in 150 calls', async (context) => {
    if (!existsSync(REVIEWS) && process.env.CI !== 'true')
      context.skip('not run: there is no ../shared/data/reviews.jsonl beside the project');
    const input = await readFile(REVIEWS);
    const reviews = parseLines(input.toString()) as LabelledReview[];
    const server = await standIn();
    const place = await workplace(sentimentModel(server.url), input);

    const { status } = await runCli({ args: place.args('--set', 'batch.size=20') });

    expect(status).toBe(0);
    expect(server.stats()).toMatchObject({ requests: 150, records: 2999 });
    const lines = (await place.outcomes()) as unknown as LabelledLine[];
    expect(lines).toEqual(
      reviews.map((record) => ({ key: record.id, record, value: lexiconSentiment(record.text), error: null })),
    );
    const right = lines.filter(({ record, value }) => value === record.label).length;
    expect(right).toBe(reviews.filter(({ text, label }) => lexiconSentiment(text) === label).length);
    // The figure of docs/cli.md.
    expect(right).toBe(2242);
  });
});
