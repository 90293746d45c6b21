import { inspect } from 'node:util';
import fc from 'fast-check';
import { of } from 'rxjs';
import { describe, expect, test } from 'vitest';
import { mlPredict } from '../../operators/mlPredict.js';
import { defineModel, type Model, modelFromOptions } from '../../src/model/define-model.js';
import { http, httpFactory } from '../../src/provider/http.js';
import { openaiFactory } from '../../src/provider/openai.js';
import { always } from '../property/runs.js';
import { jsonPath } from '../../src/reply/json-path.js';
import { compile, spelling } from './written-options.js';

const context = { providers: [openaiFactory, httpFactory], jsonSchema: compile, jsonPath };

/** Keys of many forms; none of them is part of anything else that is printed. */
const key = fc.oneof(
  fc.stringMatching(/^sk-[A-Za-z0-9]{12,20}$/),
  fc.stringMatching(/^[a-f0-9]{32}$/),
  fc.stringMatching(/^K9[A-Za-z_.:/+=-]{8,20}$/),
);

const base = { provider: 'http', model: 'small', 'base.url': 'http://localhost:1/v1' };

/** All that can be seen of a value by printing it. */
function seenOf(value: unknown): string {
  const shown = inspect(value, { depth: 10, showHidden: true, getters: true });
  const json = JSON.stringify(value) as string | undefined;
  return `${shown}\n${json ?? ''}\n${value instanceof Error ? `${value.message}\n${value.stack ?? ''}` : ''}`;
}

/** What comes of an attempt to make something: the thing, or the error. */
function attempt(make: () => unknown): unknown {
  try {
    return make();
  } catch (error) {
    return error;
  }
}

/** All that there is to see of a model. */
function everythingOf(model: Model): string {
  return [model, model.provider, model.options, model.format, model.with({ batchSize: 2 }), mlPredict(model)]
    .map(seenOf)
    .join('\n');
}

describe('a key', () => {
  test('is nowhere to be seen in a model that has it, however it is made', () => {
    const provider = fc.constantFrom('http', 'openai');
    always([key, provider, spelling], (secret, name, spell) => {
      const options = { ...base, provider: name };
      const models = [
        defineModel({ provider: name, model: 'small', baseUrl: 'http://localhost:1/v1', apiKey: secret }, context),
        modelFromOptions({ ...options, [spell('api.key')]: '${KEY}' }, { ...context, env: { KEY: secret } }),
        modelFromOptions({ ...options, 'api.key': 'another' }, context).with({ 'api.key': secret }),
      ];
      for (const model of models) expect(everythingOf(model)).not.toContain(secret);
    });
  });

  test('from the environment is in no error, wherever it was put', () => {
    const options = [
      'batch.size',
      'batch.timeout.ms',
      'record.format',
      'record.ids',
      'response.format',
      'order',
      'provider',
    ];
    const more = [
      'base.url',
      'response.schema',
      'request',
      'concurrency',
      'price.input.per.million',
      'failure.strategy',
    ];
    const option = fc.constantFrom(...options, ...more);
    const form = fc.constantFrom('${KEY}', ' ${KEY}', 'Bearer ${KEY}', '${KEY}${KEY}');
    const ways = fc.constantFrom<((written: object, env: Record<string, string>) => unknown)[]>(
      (written, env) => modelFromOptions({ ...base, ...written }, { ...context, env }),
      (written, env) => modelFromOptions({ ...base, 'api.key': '${KEY}' }, { ...context, env }).with(written as never),
      (written, env) =>
        modelFromOptions(base, { ...context, env })
          .with({ batchSize: 2 })
          .with(written as never),
      (written, env) => of().pipe(mlPredict(modelFromOptions(base, { ...context, env }), written as never)),
    );
    always([key, option, form, ways], (secret, name, text, make) => {
      const result = attempt(() => make({ [name]: text }, { KEY: secret }));
      expect(result).toBeInstanceOf(Error);
      expect(seenOf(result)).not.toContain(secret);
      expect((result as Error).message).toContain(name);
    });
  });

  test('in an option that is not for it, or in place of a name, is not shown', () => {
    const name = fc.constantFrom('base.url', 'batch.size', 'order', 'request.timeout.ms');
    const form = fc.constantFrom(
      (secret: string) => secret,
      (secret: string) => `${'a'.repeat(55)} ${secret}`,
    );
    always([key, name, form], (secret, option, write) => {
      const written = { ...base, 'api.key': secret };
      for (const options of [
        { ...written, [option]: write(secret) },
        { ...written, [write(secret)]: '1' },
      ]) {
        const result = attempt(() => modelFromOptions(options, { ...context, env: {} }));
        expect(result).toBeInstanceOf(Error);
        expect(seenOf(result)).not.toContain(secret);
        expect(seenOf(result)).not.toContain(secret.slice(0, 8));
      }
    });
  });

  test.each(['provider', 'base.url'])('from the environment is shown as its place, in %s', (name) => {
    const written = { ...base, [name]: '${KEY}' };
    const result = attempt(() => modelFromOptions(written, { ...context, env: { KEY: 'a8f3c19b77' } }));
    expect((result as Error).message).toMatch(/; got "\$\{KEY\}"$/);
  });

  test('of a wrong type is not shown either', () => {
    always([fc.constantFrom<unknown[]>(4711_0815, ['4711'], { key: '4711' }, true), spelling], (secret, spell) => {
      const result = attempt(() => modelFromOptions({ ...base, [spell('api.key')]: secret }, context));
      expect((result as Error).message).toBe(`${spell('api.key')} must be a text that is not empty; got another value`);
    });
  });

  test('is not in what a provider says of its connection', () => {
    for (const secret of ['sk-abcdef123456', 'plain-secret']) {
      expect(seenOf(http({ baseUrl: 'http://localhost:1', model: 'm', apiKey: secret }))).not.toContain(secret);
      const wrong = attempt(() => http({ baseUrl: 'http://localhost:1', model: 'm', apiKey: `${secret}\n` }));
      expect(seenOf(wrong)).not.toContain(secret);
    }
  });
});

describe('the environment', () => {
  const env = { KEY: 'value', EMPTY: '', NESTED: '${KEY}', SIZE: '20' };

  test('is read wherever a text says so, once', () => {
    const model = modelFromOptions(
      { ...base, 'batch.size': '${SIZE}', 'system.prompt': 'a ${KEY} b ${NESTED} $KEY ${not a name}' },
      { ...context, env },
    );
    expect(model.options).toMatchObject({ batchSize: 20, systemPrompt: 'a value b ${KEY} $KEY ${not a name}' });
  });

  test('is read in overrides too, and in overrides of those', () => {
    const model = modelFromOptions(base, { ...context, env }).with({ maxRetries: 0 });
    expect(model.with({ 'system.prompt': '${KEY}' }).options.systemPrompt).toBe('value');
    expect(model.with({ 'system.prompt': '${NESTED}' }).with({ batchSize: 2 }).options.systemPrompt).toBe('${KEY}');
  });

  test('is read within the fields of the request, and not within a schema', () => {
    const written = { request: { metadata: { team: '${KEY}' } }, 'request.stop': ['${KEY}', 1] };
    const schema = { type: 'string', pattern: '^${KEY}$' };
    const model = modelFromOptions({ ...base, ...written, 'response.schema': schema }, { ...context, env });
    expect(model.options.request).toEqual({ metadata: { team: 'value' }, stop: ['value', 1] });
    expect((model.format.schema as unknown as { source: unknown }).source).toEqual(schema);
  });

  test.each(['toString', 'constructor', '__proto__'])('has no names but its own: %s', (name) => {
    expect(() => modelFromOptions({ ...base, 'system.prompt': `\${${name}}` }, { ...context, env: {} })).toThrow(
      `system.prompt needs ${name} in the environment`,
    );
  });

  test('is not read in typed options', () => {
    const options = { provider: 'openai', model: 'small', apiKey: 'k', systemPrompt: '${KEY}' };
    expect(defineModel(options, { ...context, env }).options.systemPrompt).toBe('${KEY}');
  });

  test.each(['MISSING', 'EMPTY'])('that lacks a name is an error that says so: %s', (name) => {
    expect(() => modelFromOptions({ ...base, 'api.key': `\${${name}}` }, { ...context, env })).toThrow(
      `api.key needs ${name} in the environment`,
    );
  });
});
