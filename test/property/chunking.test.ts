import fc from 'fast-check';
import { from } from 'rxjs';
import { expect, test } from 'vitest';
import type { FinishReason, ReplyChunk } from '../../src/types/reply.js';
import { cut, cuts } from './pieces.js';
import { type Asked, ending, entry, form, layOut, opening, promptOf, prose, read, writeEntry } from './replies.js';
import { always } from './runs.js';

const PROMPTS = [1, 2, 3].flatMap((count) => [promptOf(count, 'index'), promptOf(count, 'nonce')]);

/** Replies of all kinds, good and bad; with decoys in front or behind, and cut off or whole. */
const reply = fc
  .tuple(
    fc.constantFrom(...PROMPTS),
    fc.array(entry(3), { maxLength: 4 }),
    fc.constantFrom<(0 | 1)[]>(0, 1, 1, 1),
    form,
    fc.oneof(
      opening,
      opening,
      prose,
      fc.constantFrom('[{"index": 1, "value": "decoy:0"}] or </think>', ' '.repeat(80)),
    ),
    ending,
    fc.oneof(fc.constant(9_999), fc.nat(300)),
  )
  .map(([prompt, entries, base, shape, before, after, stop]) => {
    const written = entries.map((one) => writeEntry(one, prompt.ids, base));
    return { prompt, text: layOut(written, { form: shape, before, after }).slice(0, stop) };
  });

const options = fc.record({
  release: fc.constantFrom('auto', 'auto', 'early', 'end'),
  evidence: fc.constantFrom('excerpt', 'none'),
  positional: fc.boolean(),
});
const finish = fc.constantFrom<(FinishReason | 'error')[]>('stop', 'length', 'unknown', 'refusal', 'error');

test('how a reply is cut changes no outcome, nor their order', () => {
  always([reply, options, fc.boolean(), finish, cuts, cuts], ({ prompt, text }, how, enforced, reason, one, other) => {
    const [first, second, whole] = [cut(text, one), cut(text, other), [text]].map((pieces) => {
      const chunks = pieces.map((piece): ReplyChunk<Asked> => ({ prompt, done: false, text: piece, enforced }));
      return read(from([...chunks, last('')]), how);
    });

    expect(second).toStrictEqual(first);
    expect(whole).toStrictEqual(first);
    // A reply that is not streamed is its last chunk.
    if (reason !== 'error') expect(read(from([last(text)]), how)).toStrictEqual(first);

    function last(rest: string): ReplyChunk<Asked> {
      return reason === 'error'
        ? { prompt, done: true, error: { code: 'connection_error', message: 'broken' } }
        : { prompt, done: true, text: rest, finish: reason, usage: null, error: null, enforced };
    }
  });
});

test('what comes after the end of a reply is a warning, and no outcome', () => {
  const late = fc.array(fc.constantFrom('text', 'last', 'error'), { minLength: 1, maxLength: 3 });
  always([reply, options, late], ({ prompt, text }, how, kinds) => {
    const last: ReplyChunk<Asked> = { prompt, done: true, text, finish: 'stop', usage: null, error: null };
    const more = kinds.map((kind): ReplyChunk<Asked> => {
      if (kind === 'text') return { prompt, done: false, text };
      return kind === 'last' ? last : { prompt, done: true, error: { code: 'server_error', message: 'late' } };
    });
    const { outcomes, warnings } = read(from([last]), how);
    expect(read(from([last, ...more]), how)).toStrictEqual({
      outcomes,
      warnings: [...warnings, ...more.map(() => 'chunk_after_end')],
      error: undefined,
    });
  });
});

test('an entry without a value that leaves early is quoted the same, however much of the reply has come', () => {
  const prompt = promptOf(2, 'nonce');
  const text = `[{"index": "${prompt.ids[0]!}"}, {"index": "${prompt.ids[1]!}", "value": 1}]`;
  const [each, whole] = [cut(text, 'each'), [text]].map((pieces) =>
    read(from(pieces.map((piece): ReplyChunk<Asked> => ({ prompt, done: false, text: piece })))),
  );
  expect(each).toStrictEqual(whole);
});
