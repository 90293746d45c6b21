import { from } from 'rxjs';
import { describe, expect, test } from 'vitest';
import type { ParseIndexedOptions } from '../../operators/parseIndexed.js';
import { json } from '../../src/reply/json.js';
import { jsonSchema } from '../../src/reply/json-schema.js';
import type { BatchPrompt } from '../../src/types/prompt.js';
import type { ReplyChunk, ReplyFormat, ValueSchema } from '../../src/types/reply.js';
import { type Asked, promptOf, read } from '../property/replies.js';

const PROMPT = promptOf(2, 'index');
const SECRET = 'sk-0123';
const redact = (text: string): string => text.replaceAll(SECRET, '[redacted]');

/** The errors of a reply's records, in the order of the prompt; `null` for a record with a value. */
function errorsOf(text: string, options: ParseIndexedOptions<unknown> = {}, prompt: BatchPrompt<Asked> = PROMPT) {
  const last: ReplyChunk<Asked> = { prompt, done: true, text, finish: 'stop', usage: null, error: null, redact };
  const { outcomes } = read(from([last]), options);
  return [...outcomes].sort((one, other) => one.index - other.index).map(({ error }) => error);
}

/** A schema that throws what it was given. */
const quoting: ValueSchema = {
  '~standard': {
    version: 1,
    vendor: 'test',
    validate: (value) => {
      throw new Error(`no such ${String(value)}`);
    },
  },
};

describe('the error of a record quotes', () => {
  test('the beginning of the reply, where the reply has no value for it', () => {
    const [missing] = errorsOf('Sorry, no.');
    expect(missing).toMatchObject({ code: 'reply_unreadable', evidence: 'Sorry, no.' });
  });

  test('the value, where that is wrong', () => {
    const format = json({ schema: jsonSchema({ type: 'integer' }) });
    const [wrong, right] = errorsOf('So: [{"index": 1, "value": "five"}, {"index": 2, "value": 2}]', { format });
    expect(wrong).toMatchObject({ code: 'schema_mismatch', evidence: '"five"' });
    expect(right).toBeNull();
  });

  test('nothing of a reply that is empty', () => {
    for (const error of errorsOf('')) expect(error).not.toHaveProperty('evidence');
  });

  test('nothing, where its entry left early without a value', () => {
    const prompt = promptOf(2, 'nonce');
    const [missing] = errorsOf(`[{"index": "${prompt.ids[0]!}"}]`, {}, prompt);
    expect(missing).toMatchObject({ code: 'value_missing' });
    expect(missing).not.toHaveProperty('evidence');
  });
});

describe('a secret is kept', () => {
  const reply = (value: string): string => `[{"index": 1, "value": "${value}"}]`;

  test('out of what a schema says of a value, and so is the cause, which may have it too', () => {
    const [error] = errorsOf(reply(SECRET), { format: json({ schema: quoting }) });
    expect(error).toMatchObject({ code: 'schema_mismatch', evidence: '"[redacted]"' });
    expect(error?.message).toContain('no such [redacted]');
    expect(error?.cause).toBeUndefined();
  });

  test('out of what a format says of a reply', () => {
    const format: ReplyFormat = {
      ...json(),
      reader: () => {
        throw new Error(`not for ${SECRET}`);
      },
    };
    const errors = errorsOf(reply('a'), { format });
    expect(errors).toHaveLength(2);
    for (const error of errors) {
      expect(error).toMatchObject({ code: 'reply_unreadable' });
      expect(error?.message).toContain('not for [redacted]');
      expect(error?.cause).toBeUndefined();
    }
  });

  test('and what holds none keeps its cause', () => {
    const [error] = errorsOf(reply('word'), { format: json({ schema: quoting }) });
    expect(error?.message).toContain('no such word');
    expect(error?.cause).toEqual(new Error('no such word'));
  });
});

test('what could not be read in the thoughts says nothing against the answer', () => {
  const answer = '[{"index": 1, "value": "a"}, {"index": 2, "value": "b"}]';
  const draft = '[{"index": 1, "value": x}]';
  expect(errorsOf(`${draft}</think>${answer}`)).toEqual([null, null]);
  // Without the end of the thoughts, the draft may be the answer.
  const [first] = errorsOf(`${draft} Or: [{"index": 1, "value": "a"}]`);
  expect(first).not.toBeNull();
});
