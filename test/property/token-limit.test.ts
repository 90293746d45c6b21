import fc from 'fast-check';
import { from, lastValueFrom, of, toArray } from 'rxjs';
import { describe, expect, test, vi } from 'vitest';
import { toBatchPrompt } from '../../operators/toBatchPrompt.js';
import { mlPredict } from '../../operators/mlPredict.js';
import { defineModel } from '../../src/model/define-model.js';
import { createProvider } from '../../src/provider/create-provider.js';
import type { CompletionRequest } from '../../src/types/prompt.js';
import type { CompletionEvent, Provider } from '../../src/types/provider.js';
import { always } from './runs.js';

const countTokens = (text: string): number => text.length;
const tokensOf = ({ system = '', messages }: CompletionRequest): number =>
  messages.reduce((sum, { content }) => sum + content.length, system.length);

/** Answers each record with its own text, and remembers what it was asked. */
function echo(): { readonly provider: Provider; readonly asked: CompletionRequest[] } {
  const asked: CompletionRequest[] = [];
  const provider: Provider = createProvider({
    name: 'echo',
    model: 'echo',
    capabilities: { streaming: false, enforcesSchema: false },
    complete: (request) => {
      asked.push(request);
      const content = request.messages[0]?.content ?? '';
      const texts = [...content.matchAll(/^Input(?: (\d+))?: (".*")$/gm)];
      const results = texts.map(([, index, text = '""']) => ({
        index: Number(index),
        value: JSON.parse(text) as string,
      }));
      const reply = texts[0]?.[1] === undefined ? { value: results[0]?.value } : { results };
      return from<CompletionEvent[]>([
        { type: 'text', text: JSON.stringify(reply) },
        { type: 'finish', reason: 'stop', usage: null },
      ]);
    },
  });
  return { provider, asked };
}

const records = fc.array(
  fc.string({ minLength: 1, maxLength: 120 }).map((text) => `x${text}`),
  { maxLength: 12 },
);

describe('a limit of tokens', () => {
  test('holds for every prompt that is sent, and each record is in exactly one prompt', () => {
    always([records, fc.integer({ min: 60, max: 500 })], (texts, maxTokens) => {
      const prompts: {
        readonly records: readonly string[];
        readonly tokens: number;
        readonly code: string | undefined;
      }[] = [];
      of(texts)
        .pipe(toBatchPrompt({ maxTokens, countTokens, template: 'T {{records}}' }))
        .subscribe(({ records, request, error }) => {
          prompts.push({ records, tokens: request === null ? 0 : tokensOf(request), code: error?.code });
        });
      expect(prompts.flatMap((prompt) => prompt.records)).toStrictEqual(texts);
      for (const { records, tokens, code } of prompts) {
        expect(tokens).toBeLessThanOrEqual(maxTokens);
        if (code === undefined) continue;
        expect(code).toBe('too_large');
        expect(records).toHaveLength(1);
        expect(`T Input: ${JSON.stringify(records[0])}`.length).toBeGreaterThan(maxTokens);
      }
    });
  });

  test('fills batches by the tokens of their records, reads each content once, and answers what fits', async () => {
    const { provider, asked } = echo();
    const content = vi.fn((record: { readonly text: string }) => record.text);
    const model = defineModel(
      { provider, recordContent: content, batchSize: 100, batchMaxTokens: 600 },
      { countTokens },
    );
    const all = Array.from({ length: 30 }, (_, n) => ({ text: n === 7 ? 'y'.repeat(700) : `${n}${'x'.repeat(40)}` }));
    const outcomes = await lastValueFrom(from(all).pipe(mlPredict(model), toArray()));
    expect(outcomes.map(({ value, error }) => error?.code ?? value)).toStrictEqual(
      all.map(({ text }, n) => (n === 7 ? 'too_large' : text)),
    );
    expect(content).toHaveBeenCalledTimes(all.length);
    for (const request of asked) expect(tokensOf(request)).toBeLessThanOrEqual(600);
    // 30 records of about 55 characters beside a prompt of about 250 do not fit into one; one a call would be 29.
    expect(asked.length).toBeGreaterThan(2);
    expect(asked.length).toBeLessThan(10);
  });

  test('gives back what it refuses as it came, and says how much too large it is', () => {
    const [short, long] = [{ text: 'yes' }, { text: 'y'.repeat(100) }];
    const refused: unknown[] = [];
    of([short], [long, short])
      .pipe(toBatchPrompt<{ text: string }>({ maxTokens: 60, countTokens, template: 'T {{records}}' }))
      .subscribe(({ id, records, indices, request, error }) => {
        if (error !== null) refused.push({ id, records, indices, request, error });
      });
    const message = 'the record needs 111 tokens, and a prompt may have 60';
    expect(refused).toEqual([
      expect.objectContaining({ records: [long], indices: [1], request: null, error: { code: 'too_large', message } }),
    ]);
  });

  test('counts four characters for a token where it is given no counter, of the texts of records too', async () => {
    const { provider, asked } = echo();
    const model = defineModel<{ readonly text: string }>({ provider, batchSize: 100, batchMaxTokens: 150 });
    const all = Array.from({ length: 12 }, (_, n) => ({ text: `${n}${'x'.repeat(40)}` }));
    const outcomes = await lastValueFrom(from(all).pipe(mlPredict(model), toArray()));
    expect(outcomes.map(({ value }) => value)).toEqual(all.map(({ text }) => text));
    expect(asked.length).toBeGreaterThan(1);
    expect(asked.length).toBeLessThan(all.length);
    for (const request of asked) expect(tokensOf(request) / 4).toBeLessThanOrEqual(150);
  });

  test('that leaves no room for a record is refused when it is built', () => {
    const { provider } = echo();
    const model = defineModel({ provider, batchMaxTokens: 20 }, { countTokens });
    expect(() => mlPredict(model)).toThrow(/maxTokens must leave room for records beside a prompt of \d+; got 20/);
  });

  test('a content that throws is its own record’s error, and the others are answered', async () => {
    const { provider } = echo();
    const read = (record: string): string => {
      if (record === 'bad') throw new Error('no content');
      return record;
    };
    const model = defineModel({ provider, recordContent: read, batchSize: 10, batchMaxTokens: 2000 }, { countTokens });
    const outcomes = await lastValueFrom(from(['a', 'bad', 'c']).pipe(mlPredict(model), toArray()));
    expect(outcomes.map(({ value, error }) => error?.code ?? value)).toStrictEqual(['a', 'content_error', 'c']);
  });
});
