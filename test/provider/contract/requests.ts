import { describe, expect, test } from 'vitest';
import { json } from '../../../src/reply/json.js';
import { jsonSchema } from '../../../src/reply/json-schema.js';
import { standIn } from '../../testing/chat.js';
import { ask, type AskOptions, results, type Texts } from '../ask.js';
import { type Connection, MODEL, type Subject } from '../subject.js';

const label = { enum: ['positive', 'negative'] };
const labels = { format: json({ value: 'label', schema: jsonSchema(label) }) };

/** What a provider sends. */
export function requests({ connect, wire }: Subject): void {
  const bodyOf = async (
    texts: Texts,
    prompt: AskOptions['prompt'] = {},
    connection: Partial<Connection> = {},
  ): Promise<Readonly<Record<string, unknown>>> => {
    const server = await standIn();
    const asking = await ask(connect({ ...server, ...connection }), [texts], { prompt });
    expect(results(asking)).not.toContain('bad_request');
    expect(server.requests).toHaveLength(1);
    return server.requests[0]!.body;
  };

  describe('the schema of the reply', () => {
    test('allows the indices of the batch, and nothing else', async () => {
      expect(wire.schemaOf(await bodyOf(['good', 'bad', 'fine'], labels))).toEqual({
        type: 'object',
        properties: {
          results: {
            type: 'array',
            items: {
              type: 'object',
              properties: { index: { type: 'integer', enum: [1, 2, 3] }, label },
              required: ['index', 'label'],
              additionalProperties: false,
            },
          },
        },
        required: ['results'],
        additionalProperties: false,
      });
    });

    test('is that of the value alone for one record', async () => {
      expect(wire.schemaOf(await bodyOf(['good'], labels))).toEqual({
        type: 'object',
        properties: { label },
        required: ['label'],
        additionalProperties: false,
      });
    });

    test('allows the nonces of the batch', async () => {
      const schema = wire.schemaOf(await bodyOf(['good', 'bad'], { ...labels, ids: 'nonce' }));

      expect(schema).toHaveProperty(['properties', 'results', 'items', 'properties', 'index'], {
        type: 'string',
        enum: [expect.stringMatching(/^\w+$/), expect.stringMatching(/^\w+$/)],
      });
    });

    test('is left out where there is none, and where it is switched off', async () => {
      expect(wire.schemaOf(await bodyOf(['good', 'bad'], { format: json() }))).toBeUndefined();
      expect(wire.schemaOf(await bodyOf(['good', 'bad'], labels, { structured: 'off' }))).toBeUndefined();
      expect(wire.schemaOf(await bodyOf(['good', 'bad'], labels, { structured: 'json_schema' }))).toBeDefined();
    });
  });

  const { jsonModeIn } = wire;
  // A wire without a JSON mode has nothing to show here.
  const whereThereIsOne = jsonModeIn === undefined ? () => undefined : test;
  whereThereIsOne(
    'JSON mode asks for any JSON object, of which the prompt speaks, and for no schema; or it is refused',
    async () => {
      const ask = (prompt: AskOptions['prompt']) => bodyOf(['good', 'bad'], prompt, { structured: 'json_object' });

      if (typeof jsonModeIn !== 'function') {
        await expect(ask(labels)).rejects.toThrow(/^structured must be .*; got json_object, and .* has no JSON mode$/);
        return;
      }
      for (const body of [await ask(labels), await ask({ format: json() })]) {
        expect(jsonModeIn(body)).toBe(true);
        expect(wire.schemaOf(body)).toBeUndefined();
        expect(JSON.stringify(wire.messagesOf(body))).toContain('JSON');
        expect(connect({ url: 'http://127.0.0.1:9/v1', structured: 'json_object' }).capabilities).toMatchObject({
          enforcesSchema: false,
        });
      }
      expect(jsonModeIn(await bodyOf(['good', 'bad'], labels))).toBe(false);
      expect(jsonModeIn(await bodyOf(['good', 'bad'], labels, { structured: 'off' }))).toBe(false);
    },
  );

  describe('the body', () => {
    test('has the system instruction and the records, the stable part first', async () => {
      const body = await bodyOf(['good', 'bad'], { ...labels, system: 'You are kind.' });

      const { system, user } = wire.messagesOf(body);
      expect(body.model).toBe(MODEL);
      expect(system).toMatch(/^You are kind\.\n/);
      expect(user).toEqual([expect.stringContaining('Input 1: "good"\nInput 2: "bad"')]);
    });

    test('has no system instruction where there is none', async () => {
      const { system, user } = wire.messagesOf(
        await bodyOf(['good'], { format: undefined as never, template: 'Say something of {{records}}' }),
      );

      expect(system).toBeNull();
      expect(user).toEqual(['Say something of Input: "good"']);
    });

    test('begins in the same way for all prompts of a model, up to their records', async () => {
      const server = await standIn();
      const long = { ...labels, system: 'You are kind.', template: 'Judge these reviews.' };

      await ask(
        connect({ ...server, concurrency: 1 }),
        [
          ['good', 'bad'],
          ['awful', 'fine'],
        ],
        { prompt: long },
      );

      const [one, other] = server.requests.map(({ body }) => {
        const { system, user } = wire.messagesOf(body);
        return [system ?? '', ...user].join('\n');
      });
      const differs = Array.from(one!).findIndex((character, at) => character !== other![at]);
      expect(one!.slice(0, differs)).toMatch(/^You are kind\.\n[^]*Judge these reviews\.[^]*Input 1: "$/);
      expect([one!.slice(differs), other!.slice(differs)]).toEqual([
        expect.stringMatching(/^good"/),
        expect.stringMatching(/^awful"/),
      ]);
    });

    test('calls the limit of tokens by the name that the server knows, and only if there is one', async () => {
      const limited = await bodyOf(['good', 'bad'], { maxOutputTokens: 40 });
      const free = await bodyOf(['good', 'bad']);

      expect(limited[wire.maxTokensField]).toBe(80);
      expect(free[wire.maxTokensField]).toBe(wire.defaultMaxTokens);
      for (const other of wire.notMaxTokensFields) expect(limited).not.toHaveProperty(other);
    });

    test("has the user's own fields", async () => {
      const body = await bodyOf(['good'], { fields: { temperature: 0, seed: 7, metadata: { run: 'x' } } });

      expect(body).toMatchObject({ temperature: 0, seed: 7, metadata: { run: 'x' } });
    });

    test("does not let the user's own fields change what the library sets", async () => {
      const plain = await bodyOf(['good']);
      const meddled = await bodyOf(['good'], { fields: wire.ownFields });

      expect(meddled).toEqual(plain);
    });

    test('that JSON cannot write is an error of its own, and nothing is sent', async () => {
      const server = await standIn();

      const asking = await ask(connect(server), [['good']], {
        prompt: { fields: { seed: 7n } },
        call: { maxRetries: 3 },
      });

      expect(asking.chunks).toMatchObject([{ error: { code: 'bad_request', kind: 'final' } }]);
      expect(server.requests).toHaveLength(0);
    });
  });

  test('goes to the path of the API, and nowhere else', async () => {
    const server = await standIn();

    await ask(connect(server), [['good']]);

    expect(server.requests.map(({ path }) => path)).toEqual([wire.path]);
  });

  describe('the headers', () => {
    test('carry the key, and what else the user wants', async () => {
      const server = await standIn({ apiKey: 'right' });

      const right = await ask(connect({ ...server, apiKey: 'right', headers: { 'x-team': 'reviews' } }), [['good']]);
      const wrong = await ask(connect({ ...server, apiKey: 'wrong' }), [['good']]);

      expect(results(right)).toEqual(['positive']);
      expect(server.requests[0]?.headers).toMatchObject({
        'x-team': 'reviews',
        'content-type': expect.stringContaining('application/json') as string,
      });
      expect(results(wrong)).toEqual(['unauthorized']);
    });
  });
}
