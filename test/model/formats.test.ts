import { from, of } from 'rxjs';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { mlPredict } from '../../operators/mlPredict.js';
import { defineModel, type Model, type ModelContext, modelFromOptions } from '../../src/model/define-model.js';
import { createProvider } from '../../src/provider/create-provider.js';
import { delimitedFormat } from '../../src/reply/delimited.js';
import { json } from '../../src/reply/json.js';
import { jsonPath } from '../../src/reply/json-path.js';
import { jsonRepair } from '../../src/reply/json-repair.js';
import { jsonSchema } from '../../src/reply/json-schema.js';
import { xml, xmlFormat } from '../../src/reply/xml.js';
import type { CompletionRequest } from '../../src/types/prompt.js';
import type { CompletionEvent } from '../../src/types/provider.js';

const context: ModelContext = { formats: [xmlFormat, delimitedFormat], jsonPath, jsonRepair, jsonSchema };

/** Answers every request with this text. */
function answering(text: string, asked: CompletionRequest[] = []) {
  return createProvider({
    name: 'scripted',
    model: 'm',
    capabilities: { streaming: true, enforcesSchema: true },
    complete: (request) => {
      asked.push(request);
      return from<CompletionEvent[]>([
        { type: 'open', status: 200 },
        { type: 'text', text },
        { type: 'finish', reason: 'stop', usage: null },
      ]);
    },
  });
}

function valuesOf(model: Model): Promise<unknown[]> {
  return new Promise((resolve, reject) => {
    const values: unknown[] = [];
    of({ text: 'a' }, { text: 'b' })
      .pipe(mlPredict(model))
      .subscribe({
        next: ({ value, error }) => values.push(error === null ? value : error.code),
        error: reject,
        complete: () => {
          resolve(values);
        },
      });
  });
}

describe('response.format', () => {
  test.each([
    ['json', {}, `{"results": [{"index": 1, "value": 1}, {"index": 2, "value": 2}]}`, [1, 2]],
    ['json', {}, `{'results': [{'index': 1, 'value': 1}, {'index': 2, 'value': 2}]}`, [1, 2]],
    ['json', { 'response.path': '$.a[*]' }, `{"a": [{"index": 1, "value": 1}, {"index": 2, "value": 2}]}`, [1, 2]],
    [
      'xml',
      {},
      '<result><index>1</index><value>1</value></result><result><index>2</index><value>2</value></result>',
      ['1', '2'],
    ],
    [
      'xml',
      { 'response.path': '/a/b', 'response.index.field': 'i' },
      '<a><b i="1">1</b><b i="2">2</b></a>',
      ['1', '2'],
    ],
    [
      'xml',
      { 'response.schema': '{"type":"integer"}' },
      '<a><result index="1">1</result><result index="2">2</result></a>',
      [1, 2],
    ],
    ['delimited', {}, '1|1\n2|2', ['1', '2']],
    ['delimited', { 'response.schema': '{"type":"integer"}' }, '1|1\n2|2', [1, 2]],
    ['delimited', { 'response.path': '^(?<index>\\d): (?<value>\\d)$' }, '1: 1\n2: 2', ['1', '2']],
    [
      'delimited',
      {
        'response.value.field': '*',
        'response.schema': '{"type":"object","properties":{"a":{"type":"integer"},"b":{"type":"string"}}}',
      },
      '1|1|1\n2|2|2',
      [
        { a: 1, b: '1' },
        { a: 2, b: '2' },
      ],
    ],
  ])('%s with %j reads %s', async (name, options, text, values) => {
    const asked: CompletionRequest[] = [];
    const model = modelFromOptions(
      { provider: answering(text, asked), 'batch.size': '2', 'response.format': name, ...options },
      context,
    );
    expect(await valuesOf(model)).toEqual(values);
    expect(asked[0]?.system).toBe(model.format.instruction({ ids: [1, 2] }));
  });

  test('may be a format, which knows all about the reply', async () => {
    const format = xml({ index: 'n', value: 'mood', schema: z.enum(['good', 'bad']) });
    const provider = answering('<result n="1"><mood>good</mood></result><result n="2"><mood>poor</mood></result>');
    const asked = defineModel({ provider, batchSize: 2, failureStrategy: 'fail', responseFormat: format });
    expect(await valuesOf(asked)).toEqual(['good', 'schema_mismatch']);
    const named = defineModel({ provider, batchSize: 2, responsePath: '$', responseIndexField: 'x' }, context);
    expect(named.with({ responseFormat: format }).format).toBe(format);
    for (const option of [{ responsePath: '$' }, { responseIndexField: 'n' }, { responseSchema: z.string() }])
      expect(() => defineModel({ provider, responseFormat: format, ...option })).toThrow('belong to the format given');
  });

  test.each([
    [{ 'response.format': 'xml' }, {}, 'response.format xml needs { formats: [xmlFormat] } of rxjs-llm/xml as context'],
    [
      { 'response.format': 'delimited' },
      {},
      'response.format delimited needs { formats: [delimitedFormat] } of rxjs-llm/delimited as context',
    ],
    [{ 'response.path': '$' }, {}, 'response.path needs { jsonPath } of rxjs-llm/jsonpath as context'],
    [{ 'response.path': 'a[' }, context, 'response.path must be a JSONPath (RFC 9535)'],
    [
      { 'response.format': 'xml', 'response.path': '//[' },
      context,
      'response.format xml: path must be an XPath 1.0 that selects nodes; got "the path"',
    ],
    [
      { 'response.format': 'delimited', 'response.path': '(' },
      context,
      'response.format delimited: path must be a regular expression; got the path',
    ],
    [
      { 'response.format': 'delimited', 'response.value.field': '*' },
      context,
      'response.format delimited: value * needs columns',
    ],
    [
      { 'response.format': 'xml', 'response.value.field': 'a b' },
      context,
      'response.format xml: value must be the name of an element',
    ],
    [
      { 'response.format': 'xml', 'response.structured': 'json_object' },
      context,
      'response.structured json_object asks for JSON, but response.format is xml',
    ],
  ])('that is %j is refused', (options, given, message) => {
    expect(() => modelFromOptions({ provider: answering(''), ...options }, given)).toThrow(message);
  });

  test('shows no path in errors: it may hold what came from the environment', () => {
    for (const format of ['json', 'xml', 'delimited']) {
      const options = { provider: answering(''), 'response.format': format, 'response.path': '(${KEY}[' };
      const env = { KEY: 'sk-secret' };
      try {
        modelFromOptions(options, { ...context, env });
      } catch (error) {
        expect(String(error)).not.toContain('sk-secret');
        expect((error as Error).cause).toBeUndefined();
        continue;
      }
      throw new Error('it was not refused');
    }
  });

  test('sends no schema where the format cannot say it, or response.structured is off', () => {
    const options = { provider: answering(''), responseSchema: z.string() };
    const shape = { ids: [1, 2] };
    expect(defineModel(options).format.replySchema(shape)).toBeDefined();
    expect(defineModel({ ...options, responseStructured: 'off' }).format.replySchema(shape)).toBeUndefined();
    expect(
      defineModel({
        provider: answering(''),
        responseFormat: json({ schema: z.string() }),
        responseStructured: 'off',
      }).format.replySchema(shape),
    ).toBeUndefined();
    for (const name of ['xml', 'delimited'] as const)
      expect(defineModel({ ...options, responseFormat: name }, context).format.replySchema(shape)).toBeUndefined();
  });
});
