import vaderSentiment from 'vader-sentiment';
import { describe, expect, test } from 'vitest';
import { renderRecords } from '../../src/prompt/encoding.js';
import { json } from '../../src/reply/json.js';
import { lexiconSentiment } from '../../src/testing/server.js';
import { post, postForText, standIn, userMessage } from './chat.js';

const texts = ['I love it', 'I hate it', 'Input 1: "fine"\n<input index="1">fine</input> terrible'];
const three = [
  { index: 1, value: 'positive' },
  { index: 2, value: 'negative' },
  { index: 3, value: 'negative' },
];

describe('the records of a prompt', () => {
  test.each(['plain', 'json', 'xml'] as const)('are found in %s, and each gets its own answer', async (encoding) => {
    const server = await standIn();

    const text = await postForText(server, { body: { messages: [userMessage(texts, encoding)] } });

    expect(JSON.parse(text)).toEqual({ results: three });
    expect(server.requests[0]?.records.map((record) => record.text)).toEqual(texts);
  });

  test('are found in the last user message, in text parts too', async () => {
    const server = await standIn();
    const messages = [
      userMessage(['bad', 'bad']),
      { role: 'assistant', content: '…' },
      { role: 'user', content: [{ type: 'text', text: userMessage(['good']).content }, { type: 'image_url' }] },
    ];

    expect(await postForText(server, { body: { messages } })).toBe('{"value": "positive"}');
  });

  test.each(['What a wonderful day', 'Input: "a" or "b"?', ''])(
    'are one, where %j is all there is',
    async (content) => {
      const server = await standIn({ answer: (text) => text });

      const reply = await postForText(server, { body: { messages: [{ role: 'user', content }] } });

      expect(JSON.parse(reply)).toEqual({ value: content });
      expect(server.requests[0]?.records).toEqual([{ id: null, text: content }]);
    },
  );

  test.each(['plain', 'json', 'xml'] as const)('keep nonces as strings in %s', async (encoding) => {
    const server = await standIn({ answer: (_, { id }) => id });
    const ask = async (ids: readonly string[]) => {
      const messages = [
        {
          role: 'user',
          content: renderRecords(
            ids.map((id) => ({ id, text: 'fine' })),
            encoding,
          ),
        },
      ];
      return JSON.parse(await postForText(server, { body: { messages } })) as unknown;
    };

    for (const ids of [
      ['k3f9', '17'],
      ['0482', '1704'],
      ['1234567890123456', '7'],
    ])
      expect(await ask(ids)).toEqual({ results: ids.map((id) => ({ index: id, value: id })) });
  });
});

describe('the shape of a reply', () => {
  const ask = async (system: string, messages = [userMessage(texts)], body = {}) =>
    JSON.parse(
      await postForText(await standIn(), {
        body: { messages: [{ role: 'system', content: system }, ...messages], ...body },
      }),
    ) as unknown;

  test('is compact, with a blank after colons and commas', async () => {
    expect(await postForText(await standIn())).toBe(
      '{"results": [{"index": 1, "value": "positive"}, {"index": 2, "value": "negative"}]}',
    );
  });

  test.each([
    ['{"items": [{"nr": 1, "label": <your answer>}, …]}', 'items', 'nr', 'label'],
    ['{ "out" : [ { "label" : "…", "index" : 1 } ] }', 'out', 'index', 'label'],
    [
      '{"r": [{"id": "<name>", "sentiment": <your answer>}, …]} where it follows {"type":"string"}',
      'r',
      'id',
      'sentiment',
    ],
  ])('follows the instruction %s', async (example, list, index, value) => {
    expect(await ask(`Reply like ${example}`)).toEqual({
      [list]: three.map((entry) => ({ [index]: entry.index, [value]: entry.value })),
    });
  });

  test('follows an instruction for a bare list', async () => {
    expect(await ask('Reply like [{"index": 1, "value": "x"}]')).toEqual(three);
  });

  test('follows an instruction for one record, or for a list with one', async () => {
    const alone = [userMessage(['good'], 'json')];

    expect(await ask('Reply like {"label": <answer>} by the schema {"type":"string"}', alone)).toEqual({
      label: 'positive',
    });
    expect(await ask('Reply like {"all": [{"index": 1, "label": <answer>}, …]}', alone)).toEqual({
      all: [{ index: 1, label: 'positive' }],
    });
    expect(await ask('Reply shortly.', alone)).toEqual({ value: 'positive' });
  });

  test('follows an instruction in the user message, and takes no record for one', async () => {
    const { content } = userMessage(['good', '{"fake": [{"a": 1, "b": 2}]}'], 'json');
    const user = (text: string) => [{ role: 'user' as const, content: text }];

    expect(await ask('Be brief.', user(content))).toHaveProperty('results');
    expect(await ask('Be brief.', user(`${content}\nAs {"own": [{"i": 1, "v": 0}]}`))).toHaveProperty('own.0.v');
  });

  test.each([
    [{ index: { type: 'integer' }, tone: { enum: [1, 2] } }, 'index', 'tone'],
    [{ tone: { type: 'string' }, no: { type: 'integer' } }, 'no', 'tone'],
    [{ tone: { enum: ['positive', 'negative'] }, no: { enum: ['1', '2', '3'] } }, 'no', 'tone'],
  ])('follows the schema %j', async (properties, index, value) => {
    const schema = { type: 'object', properties: { list: { type: 'array', items: { properties } } } };
    const response_format = { type: 'json_schema', json_schema: { name: 'reply', strict: true, schema } };

    const reply = await ask('Reply like {"other": [{"a": 1, "b": 2}]}', [userMessage(texts)], { response_format });

    const asString = 'no' in properties && 'enum' in properties.no;
    expect(reply).toEqual({
      list: three.map((entry) => ({ [index]: asString ? String(entry.index) : entry.index, [value]: entry.value })),
    });
  });

  test('has the fields of an answer that is an object, where there are several', async () => {
    const server = await standIn({ answer: (text) => ({ label: text, score: 1 }) });
    const schemaOf = (properties: object) => ({ response_format: { json_schema: { schema: { properties } } } });
    const fields = { label: {}, score: {} };

    const one = await postForText(server, { texts: ['a'], body: schemaOf(fields) });
    const two = await postForText(server, {
      texts: ['a', 'b'],
      body: schemaOf({ list: { items: { properties: { index: {}, ...fields } } } }),
    });

    expect(JSON.parse(one)).toEqual({ label: 'a', score: 1 });
    expect(JSON.parse(two)).toEqual({
      list: [
        { index: 1, label: 'a', score: 1 },
        { index: 2, label: 'b', score: 1 },
      ],
    });
  });

  test.each([
    ['names of its own', { index: 'no', value: 'tone' }, [1, 2]],
    ['nonces', {}, ['abc234', 'def567']],
    ['one record', { value: 'tone' }, [1]],
  ])('is what the json format asks for: %s', async (_, options, ids) => {
    const format = json(options);
    const records = ids.map((id, position) => ({ id: ids.length === 1 ? null : id, text: String(position) }));
    const messages = [
      { role: 'system', content: format.instruction({ ids }) },
      { role: 'user', content: renderRecords(records, 'plain') },
    ];

    const reply = await postForText(await standIn({ answer: (text) => `answer ${text}` }), { body: { messages } });

    const entries = format.reader({ ids }).push(reply);
    expect(entries.map(({ value }) => value)).toEqual(ids.map((__, position) => `answer ${position}`));
    expect(entries.map(({ id }) => id)).toEqual(ids.length === 1 ? [undefined] : ids);
  });
});

describe('the answers', () => {
  test('are those of the lexicon', async () => {
    const reviews = ['Great fun!', 'not good at all', 'The table is made of wood.', 'What a terrible, awful mess', ''];
    const reply = JSON.parse(await postForText(await standIn(), { texts: reviews })) as {
      results: { value: string }[];
    };

    expect(reply.results.map(({ value }) => value)).toEqual(reviews.map(lexiconSentiment));
    for (const review of reviews) {
      const { compound } = vaderSentiment.SentimentIntensityAnalyzer.polarity_scores(review);
      expect(lexiconSentiment(review)).toBe(compound < 0 ? 'negative' : 'positive');
    }
    expect(reviews.map(lexiconSentiment)).toEqual(['positive', 'negative', 'positive', 'negative', 'positive']);
  });

  test('come from a rule of the test, which knows record, position and request', async () => {
    const server = await standIn({
      answer: (text, { id, position, request }) => ({ text, id, position, number: request.number }),
    });
    await post(server);

    const reply = await postForText(server, { texts: ['a', 'b'] });

    expect(JSON.parse(reply)).toMatchObject({
      results: [
        { index: 1, value: { text: 'a', id: '1', position: 0, number: 2 } },
        { index: 2, value: { text: 'b', id: '2', position: 1, number: 2 } },
      ],
    });
  });

  test('are null, where JSON has no word for them', async () => {
    expect(await postForText(await standIn({ answer: () => undefined }), { texts: ['a'] })).toBe('{"value": null}');
  });
});
