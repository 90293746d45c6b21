import fc from 'fast-check';
import { of } from 'rxjs';
import { describe, expect, test } from 'vitest';
import { mlPredict } from '../../operators/mlPredict.js';
import { toBatchPrompt } from '../../operators/toBatchPrompt.js';
import { defineModel, type Model, modelFromOptions, type ModelOverrides } from '../../src/model/define-model.js';
import { template } from '../../src/prompt/content-template.js';
import { createProvider } from '../../src/provider/create-provider.js';
import type { CompletionRequest } from '../../src/types/prompt.js';
import type { Provider } from '../../src/types/provider.js';
import { always } from '../property/runs.js';
import { context, factory, modelOptions, someOptions } from './written-options.js';

/** What a connection depends on. */
const CONNECTION = [
  ...['provider', 'model', 'apiKey', 'baseUrl', 'responseStructured'],
  ...['concurrencyAdaptive', 'rateRequestsPerMinute', 'rateTokensPerMinute'],
];

function told(model: Model): unknown {
  const { schema } = model.format as { schema?: { source?: unknown } };
  return { ...model.options, schema: schema?.source };
}

describe('overrides', () => {
  test('one after the other are the same as all at once, and change no model that is there', () => {
    always([modelOptions, someOptions, someOptions], (options, first, second) => {
      const model = modelFromOptions(options.written, context);
      const before = told(model);
      const once = model.with({ ...first.typed, ...second.typed, request: { ...request(first), ...request(second) } });
      expect(told(model.with(first.written).with(second.written))).toEqual(told(once));
      expect(told(model)).toEqual(before);
    });
  });

  test('keep the provider, and so its gate, unless its connection changes', () => {
    always([modelOptions, someOptions], (options, over) => {
      const model = modelFromOptions(options.written, context);
      const changed = CONNECTION.filter(
        (field) => field in over.typed && over.typed[field] !== (options.typed[field] ?? defaultOf(field)),
      );
      expect(model.with(over.written).provider === model.provider).toBe(changed.length === 0);
    });
  });
});

function request({ typed }: { readonly typed: Readonly<Record<string, unknown>> }): object {
  return typed.request ?? {};
}

function defaultOf(field: string): unknown {
  return { responseStructured: 'auto', concurrencyAdaptive: false }[field];
}

/** Providers that answer nothing, and remember what they were asked. */
function silent() {
  const asked: CompletionRequest[] = [];
  const provider: Provider = createProvider({
    name: 'silent',
    model: 'none',
    capabilities: { streaming: false, enforcesSchema: false },
    complete: (sent) => {
      asked.push(sent);
      return of({ type: 'finish', reason: 'stop', usage: null });
    },
  });
  return { asked, provider };
}

describe('a query', () => {
  test('may override any option, under any of its names', () => {
    const { asked, provider } = silent();
    const model = defineModel<string>({
      provider,
      batchSize: 2,
      failureStrategy: 'fail',
      request: { temperature: 0, seed: 1 },
    });
    const overrides: ModelOverrides<string> = {
      'batch.size': '3',
      system_prompt: 'Be brief.',
      'request.seed': '2',
      recordFormat: 'xml',
    };

    of('a', 'b', 'c').pipe(mlPredict(model, overrides)).subscribe();
    of('a', 'b').pipe(mlPredict(model)).subscribe();

    expect(asked).toHaveLength(2);
    expect(asked[0]).toMatchObject({ fields: { temperature: 0, seed: 2 } });
    expect(asked[0]!.system).toContain('Be brief.');
    expect(asked[0]!.messages[0]!.content).toContain('<input index="3">c</input>');
    expect(asked[1]).toMatchObject({ fields: { temperature: 0, seed: 1 } });
  });

  test('may be answered by a provider of its own, as in tests, also if the model names one', () => {
    const { asked, provider } = silent();
    const model = modelFromOptions(
      { provider: 'first', model: 'small', 'api.key': 'k', 'base.url': 'http://a' },
      context,
    );

    of('a')
      .pipe(mlPredict(model, { provider, failureStrategy: 'fail' }))
      .subscribe();

    expect(asked).toHaveLength(1);
    expect(model.with({ provider }).with({ batchSize: 2 }).provider).toBe(provider);
  });

  test('is wrong if it gives a connected provider a connection', () => {
    const { provider } = silent();
    const connections = [{ model: 'small' }, { apiKey: 'k' }, { baseUrl: 'http://a' }];
    const gates = [{ concurrencyAdaptive: true }, { rateRequestsPerMinute: 9 }, { rateTokensPerMinute: 9 }];
    for (const connection of [...connections, ...gates])
      expect(() => defineModel({ provider, ...connection })).toThrow(/belong to the provider given/);
  });

  test('may go back to a provider that has to be connected', () => {
    const { provider } = silent();
    const model = defineModel({ provider }, context);
    expect(() => model.with({ provider: 'first' })).toThrow('model is missing');
    expect(model.with({ provider: factory('own'), model: 'large' }).provider).toMatchObject({
      name: 'own',
      model: 'large',
    });
  });
});

describe('what the model reads of a record', () => {
  const contents = fc.constantFrom('title', '{{title}}: {{body}}', 'body');

  test('is a field, or a template if there is an engine for one', () => {
    always([contents, fc.string(), fc.string()], (content, title, body) => {
      const make = () => defineModel({ provider: silent().provider, recordContent: content }, { template });
      const expected = { title, body, '{{title}}: {{body}}': `${title}: ${body}` }[content];
      let read: string | undefined;
      of([
        { title, body },
        { title: 'x', body: 'y' },
      ])
        .pipe(toBatchPrompt({ content: make().options.recordContent, encoding: 'json' }))
        .subscribe(({ request: sent }) => (read ??= sent?.messages[0]!.content));
      if (expected.trim() !== '' && expected !== ': ') expect(read).toContain(escaped(expected));
      if (content.includes('{{'))
        expect(() => defineModel({ provider: silent().provider, recordContent: content })).toThrow(
          'record.content needs { template } of rxjs-llm/template as context',
        );
    });
  });
});

function escaped(text: string): string {
  return JSON.stringify(text).replace(
    /[\u007f-\u009f\u2028\u2029]/g,
    (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
