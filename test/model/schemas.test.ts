import fc from 'fast-check';
import { of } from 'rxjs';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { parseIndexed } from '../../operators/parseIndexed.js';
import { toBatchPrompt } from '../../operators/toBatchPrompt.js';
import { createProvider } from '../../src/provider/create-provider.js';
import { defineModel, type Model, modelFromOptions } from '../../src/model/define-model.js';
import type { ModelOptions } from '../../src/model/options.js';
import { json } from '../../src/reply/json.js';
import { jsonSchema } from '../../src/reply/json-schema.js';
import type { Outcome } from '../../src/types/outcome.js';
import type { BatchPrompt } from '../../src/types/prompt.js';
import type { Provider } from '../../src/types/provider.js';
import type { ReplyFormat, ValueSchema } from '../../src/types/reply.js';
import { type Json, jsonValue } from '../property/json-texts.js';
import { always } from '../property/runs.js';

const provider: Provider = createProvider({
  name: 'none',
  model: 'none',
  capabilities: { streaming: false, enforcesSchema: true },
  complete: () => of(),
});

function model(options: Partial<ModelOptions>): Model {
  return defineModel({ provider, ...options }, { jsonSchema });
}

function promptFor(count: number, format: ReplyFormat): BatchPrompt<string> {
  let prompt: BatchPrompt<string> | undefined;
  of(Array.from({ length: count }, (_, position) => `record ${position}`))
    .pipe(toBatchPrompt<string>({ format }))
    .subscribe((made) => (prompt = made));
  return prompt!;
}

/** The outcomes of a reply that gives each record one of the values. */
function outcomesOf<R>(format: ReplyFormat<R>, entries: readonly unknown[]): Outcome<string, R>[] {
  const prompt = promptFor(entries.length, format);
  const text = JSON.stringify(entries.length === 1 ? entries[0] : { results: entries });
  const outcomes: Outcome<string, R>[] = [];
  of({ prompt, done: true as const, text, finish: 'stop' as const, usage: null, error: null })
    .pipe(parseIndexed<string, R>({ format }))
    .subscribe((outcome) => outcomes.push(outcome));
  return outcomes;
}

function valued<R>(format: ReplyFormat<R>, values: readonly unknown[]): unknown[] {
  const entries = values.map((value, position) => ({ index: position + 1, value }));
  return outcomesOf(format, entries).map(({ value, error }) => (error === null ? value : error.code));
}

describe('a schema', () => {
  const stars = z.object({ stars: z.number().int().min(1).max(5), note: z.string().optional() });

  test('of zod checks values, and is sent as strict JSON Schema with the indices of the prompt', () => {
    const { format } = model({ responseSchema: stars });
    expect(valued(format, [{ stars: 5 }, { stars: 6 }, { stars: 1, note: 'x' }])).toEqual([
      { stars: 5 },
      'schema_mismatch',
      { stars: 1, note: 'x' },
    ]);
    expect(promptFor(2, format).request!.replySchema).toMatchObject({
      type: 'object',
      required: ['results'],
      additionalProperties: false,
      properties: {
        results: {
          type: 'array',
          items: {
            required: ['index', 'value'],
            additionalProperties: false,
            properties: { index: { type: 'integer', enum: [1, 2] }, value: { type: 'object', required: ['stars'] } },
          },
        },
      },
    });
    expect(promptFor(1, format).request!.replySchema).toMatchObject({
      required: ['value'],
      additionalProperties: false,
    });
  });

  test('that transforms gives what it makes, and is sent as what the model writes', () => {
    const { format } = model({ responseSchema: z.string().transform((text) => text.length) });
    expect(valued(format, ['four', 'three'])).toEqual([4, 5]);
    expect(promptFor(1, format).request!.replySchema).toHaveProperty('properties.value', { type: 'string' });
  });

  test('that JSON Schema cannot say is only checked on arrival', () => {
    const { format } = model({ responseSchema: z.custom<string>((value) => value === 'a') });
    expect(valued(format, ['a', 'b'])).toEqual(['a', 'schema_mismatch']);
    expect(promptFor(1, format).request!.replySchema).toBeUndefined();
  });

  test('as JSON Schema is compiled by Ajv, whether typed or as text', () => {
    const schema = { type: 'object', properties: { label: { enum: ['good', 'bad'] } }, required: ['label'] };
    for (const responseSchema of [schema, jsonSchema(schema), JSON.stringify(schema)]) {
      const { format } = model({ responseSchema } as Partial<ModelOptions>);
      expect(valued(format, [{ label: 'good' }, { label: 'ugly' }, {}])).toEqual([
        { label: 'good' },
        'schema_mismatch',
        'schema_mismatch',
      ]);
      expect(promptFor(2, format).request!.replySchema).toHaveProperty(
        'properties.results.items.properties.value',
        schema,
      );
    }
  });

  test('that is none, or that nothing can compile, is refused with the name of the option', () => {
    expect(() => model({ responseSchema: { type: 'no type' } })).toThrow(/^response\.schema is not a JSON Schema: /);
    const options = { provider: 'own', model: 'm', 'response.schema': '{"type":"string"}' };
    const providers = [{ name: 'own', connect: () => provider }];
    expect(() => modelFromOptions(options, { providers })).toThrow(
      'response.schema needs { jsonSchema } of rxjs-llm/json-schema as context',
    );
  });

  test('is not sent if that was said, and still checks', () => {
    const { format } = model({ responseSchema: stars, responseStructured: 'off' });
    expect(promptFor(2, format).request!.replySchema).toBeUndefined();
    expect(valued(format, [{ stars: 5 }, { stars: 6 }])).toEqual([{ stars: 5 }, 'schema_mismatch']);
  });

  test('that is asynchronous is an error of each record, and no unhandled rejection', () => {
    const answers = [
      () => Promise.resolve({ value: 1 }),
      () => Promise.reject(new Error('late')),
      // Also promises of another realm, or of another library.
      () => ({ then: (_: unknown, reject?: (error: Error) => void) => reject?.(new Error('late')) }),
    ];
    for (const validate of answers) {
      const schema = { '~standard': { version: 1, vendor: 'test', validate } } as unknown as ValueSchema;
      expect(valued(json({ schema }), ['a', 'b'])).toEqual(['schema_async', 'schema_async']);
    }
    expect(valued(json({ schema: z.string().refine(async () => true) }), ['a'])).toEqual(['schema_async']);
  });

  test('that throws is an error of the record', () => {
    const nothing: unknown = Object.create(null);
    const thrown = fc.constantFrom<unknown[]>(
      new Error('broken'),
      'broken',
      undefined,
      null,
      Symbol('broken'),
      nothing,
    );
    always([thrown], (cause) => {
      const validate = (): never => {
        throw cause;
      };
      const schema = { '~standard': { version: 1, vendor: 'test', validate } } as ValueSchema;
      expect(valued(json({ schema }), ['a', 'b'])).toEqual(['schema_mismatch', 'schema_mismatch']);
    });
  });

  test('decides whether null is a value', () => {
    expect(valued(json(), [null, 'a'])).toEqual(['value_missing', 'a']);
    expect(valued(json({ schema: z.string() }), [null, 'a'])).toEqual(['value_missing', 'a']);
    expect(valued(json({ schema: z.string().nullable() }), [null, 'a'])).toEqual([null, 'a']);
  });
});

describe('the value field', () => {
  // `JSON.stringify` writes -0 as 0.
  const value = jsonValue.map((any) => JSON.parse(JSON.stringify(any)) as Json);
  const values = fc.array(value, { minLength: 1, maxLength: 3 });
  const fields = fc.constantFrom('value', 'sentiment', 'a "quoted" one', 'toString', '__proto__');

  test('may have any name and hold any value but null', () => {
    always([values, fields], (all, field) => {
      const format = json({ value: field, index: 'nr' });
      const outcomes = outcomesOf(
        format,
        all.map((value, position) =>
          Object.fromEntries([
            ['nr', position + 1],
            [field, value],
          ]),
        ),
      );
      outcomes.forEach(({ value, error }, position) => {
        if (all[position] === null) expect(error?.code).toBe('value_missing');
        else expect(value).toStrictEqual(all[position]);
      });
    });
  });

  test('* takes the whole object, without its index', () => {
    const objects = fc.array(
      fc.dictionary(fc.constantFrom('a', 'b', 'results', 'value'), value, { noNullPrototype: true }),
      {
        minLength: 1,
        maxLength: 3,
      },
    );
    always([objects], (all) => {
      const format = json({ value: '*', index: 'nr' });
      const entries = all.map((fields, position) => (all.length === 1 ? fields : { nr: position + 1, ...fields }));
      expect(outcomesOf(format, entries).map(({ value }) => value)).toStrictEqual(all);
    });
  });

  test('* takes an object with one list of one object for what it is', () => {
    const reply = { tags: [{ name: 'x' }] };
    expect(outcomesOf(json({ value: '*' }), [reply])).toMatchObject([{ value: reply }]);
  });

  test('* sends the fields of an object schema beside the index', () => {
    const format = json({ value: '*', schema: z.object({ label: z.string(), score: z.number() }) });
    expect(promptFor(2, format).request!.replySchema).toHaveProperty('properties.results.items.required', [
      'index',
      'label',
      'score',
    ]);
    expect(promptFor(1, format).request!.replySchema).toHaveProperty('required', ['label', 'score']);
    expect(promptFor(2, json({ value: '*', schema: z.string() })).request!.replySchema).toBeUndefined();
  });

  test('is another than the index field', () => {
    for (const wrong of [{ index: 'value' }, { value: 'index' }, { index: '' }, { value: '' }])
      expect(() => json(wrong)).toThrow(RangeError);
  });
});
