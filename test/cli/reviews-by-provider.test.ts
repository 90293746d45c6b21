import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { from, lastValueFrom, toArray } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { mlPredict } from '../../operators/mlPredict.js';
import { modelFromOptions } from '../../src/model/define-model.js';
import { jsonSchema } from '../../src/reply/json-schema.js';
import { lexiconSentiment } from '../../src/testing/server.js';
import { subjects } from '../provider/subject.js';
import { standIn } from '../testing/chat.js';

/** 2,999 labelled sentences, beside the project and not part of it. */
const REVIEWS = fileURLToPath(new URL('../../../shared/data/reviews.jsonl', import.meta.url));

interface LabelledReview {
  readonly text: string;
  readonly label: string;
}

describe.each(subjects)('the reviews in ../shared/data, through $name', ({ name, factory, baseUrl, wire }) => {
  it('get their own values: as accurate as the lexicon that the server asks, in 150 calls', async (context) => {
    if (!existsSync(REVIEWS) && process.env.CI !== 'true')
      context.skip('not run: there is no ../shared/data/reviews.jsonl beside the project');
    const lines = (await readFile(REVIEWS, 'utf8')).trimEnd().split('\n');
    const reviews = lines.map((line) => JSON.parse(line) as LabelledReview);
    const server = await standIn();
    const options = {
      provider: name,
      model: 'any',
      'api.key': 'key-of-the-test',
      'base.url': baseUrl(server.url),
      'batch.size': '20',
      // A slow machine must not tear batches apart.
      'batch.timeout.ms': '60000',
      'system.prompt': 'Classify the sentiment.',
      'response.schema': { type: 'string', enum: ['positive', 'negative'] },
      'response.structured': 'json_schema',
    };
    const model = modelFromOptions(options, { providers: [factory], jsonSchema });

    const outcomes = await lastValueFrom(from(reviews).pipe(mlPredict(model), toArray()));

    expect(outcomes.map(({ record, value, error }) => ({ record, value, error }))).toEqual(
      reviews.map((record) => ({ record, value: lexiconSentiment(record.text), error: null })),
    );
    expect(outcomes.every(({ record }, at) => record === reviews[at])).toBe(true);
    const right = outcomes.filter(({ record, value }) => value === record.label).length;
    // The figure of docs/cli.md.
    expect(right).toBe(2242);
    expect(server.stats()).toMatchObject({ requests: 150, records: 2999 });
    const [path = ''] = wire.path.split('/gpt-test/');
    expect(server.requests.every((seen) => seen.path.startsWith(path))).toBe(true);
  });
});
