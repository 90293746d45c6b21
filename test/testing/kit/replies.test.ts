import { from, map } from 'rxjs';
import { describe, expect, test } from 'vitest';
import { mlPredict } from '../../../operators/mlPredict.js';
import { defineModel } from '../../../src/model/define-model.js';
import {
  answering,
  cutAfter,
  failing,
  fakeError,
  type FakeErrorCode,
  fakeProvider,
  type FakeReply,
  hanging,
  outcomeLabel,
} from '../../../src/testing/index.js';
import { requestFor, rowsOf, seeReply } from './virtual.js';

function replyTo(records: readonly string[], reply: FakeReply): readonly string[] {
  return rowsOf(() => fakeProvider(reply).complete(requestFor(records)), seeReply);
}

const upper = (text: string): string => text.toUpperCase();

describe('answering', () => {
  test('gives each record its answer, an entry at a time', () => {
    expect(replyTo(['x', 'y', 'z'], answering(upper, { latencyMs: 3, betweenMs: 2 }))).toEqual([
      '3 open 200',
      '3 {"results": [{"index": 1, "value": "X"}',
      '5 , {"index": 2, "value": "Y"}',
      '7 , {"index": 3, "value": "Z"}]}',
      '7 finish stop',
      '7 |',
    ]);
  });

  test('gives the only record its value', () => {
    expect(replyTo(['x'], answering(upper))).toEqual(['0 open 200', '0 {"value": "X"}', '0 finish stop', '0 |']);
  });

  test('leaves out what has no answer', () => {
    const reply = answering((text) => (text === 'y' ? 'Y' : undefined));
    expect(replyTo(['x', 'y', 'z'], reply)[1]).toBe('0 {"results": [{"index": 2, "value": "Y"}]}');
    expect(replyTo(['x', 'z'], reply)[1]).toBe('0 {"results":[]}');
    expect(replyTo(['x'], reply)[1]).toBe('0 {}');
  });

  test('keeps to the schema of the request', () => {
    const item = { type: 'object', properties: { nr: { enum: [1, 2] }, mood: { type: 'string' } } };
    const replySchema = { type: 'object', properties: { moods: { type: 'array', items: item } } };
    const request = { ...requestFor(['x', 'y']), system: undefined, replySchema };
    const [, ...texts] = rowsOf(() => fakeProvider(answering(upper)).complete(request), seeReply);

    expect(texts.slice(0, 2)).toEqual(['0 {"moods": [{"nr": 1, "mood": "X"}', '0 , {"nr": 2, "mood": "Y"}]}']);
  });

  test('takes as long as the request is worth', () => {
    const reply = answering(upper, { latencyMs: ({ records }) => 10 * records.length });
    expect(replyTo(['x', 'y'], reply)[0]).toBe('20 open 200');
  });

  test('refuses times that are none', () => {
    expect(() => answering(upper, { latencyMs: -1 })).toThrow('latencyMs must be a number from 0; got -1');
    expect(() => answering(upper, { betweenMs: NaN })).toThrow('betweenMs must be a number from 0; got NaN');
  });

  test.each(['plain', 'json', 'xml'] as const)('is understood whatever records are written in: %s', (recordFormat) => {
    const records = ['x', 'y "quoted"', '<z>\n&'];
    const model = defineModel<string, string>({
      provider: fakeProvider(answering(upper)),
      recordContent: (text) => text,
      recordFormat,
      recordIds: 'nonce',
      batchSize: 3,
    });

    expect(rowsOf(() => from(records).pipe(mlPredict(model), map(outcomeLabel())), String)).toEqual([
      ...records.map((text) => `0 ${text}=${upper(text)}`),
      '0 |',
    ]);
  });
});

describe('what goes wrong', () => {
  test.each<[FakeErrorCode, string]>([
    ['rate_limited', 'retryable'],
    ['server_error', 'retryable'],
    ['connection_error', 'retryable'],
    ['request_timeout', 'retryable'],
    ['context_length', 'splittable'],
    ['input_filtered', 'splittable'],
    ['bad_request', 'final'],
    ['unauthorized', 'fatal'],
    ['quota_exhausted', 'fatal'],
  ])('%s is %s', (code, kind) => {
    expect(replyTo(['x'], failing(code, { afterMs: 4 }))).toEqual([`4 # ${kind} ${code}`]);
  });

  test('an error may say how long to wait, its status and its words', () => {
    const options = { retryAfterMs: 500, status: 529, message: 'overloaded' };
    expect(fakeError('server_error', options)).toMatchObject(options);
    expect(fakeError('rate_limited')).toMatchObject({ status: 429, retryAfterMs: undefined });
  });

  test('a request may hang', () => {
    expect(replyTo(['x'], hanging())).toEqual([]);
  });

  test.each([
    [0, ['1 open 200', '1 # retryable connection_error']],
    [2, ['1 open 200', '1 on', '1 # retryable connection_error']],
    [3, ['1 open 200', '1 one', '1 # retryable connection_error']],
    [5, ['1 open 200', '1 one', '3 tw', '3 # retryable connection_error']],
    [7, ['1 open 200', '1 one', '3 two', '4 finish stop', '4 |']],
  ])('a reply may break off after %i characters', (characters, expected) => {
    const provider = fakeProvider(cutAfter(characters, '-a-b|'), { a: 'one', b: 'two' });
    expect(rowsOf(() => provider.complete(requestFor(['x'])), seeReply)).toEqual(expected);
  });

  test('the cut is refused where it is none', () => {
    expect(() => cutAfter(-1, 'a|')).toThrow('characters must be an integer from 0');
    expect(() => failing('rate_limited', { afterMs: -1 })).toThrow('afterMs must be a number from 0');
  });

  test('each reply breaks off anew', () => {
    const reply = cutAfter(3, answering(upper));
    const provider = fakeProvider(reply);
    const rows = () => rowsOf(() => provider.complete(requestFor(['x'])), seeReply);
    expect(rows()).toEqual(rows());
    expect(rows()).toContain('0 {"v');
  });
});
