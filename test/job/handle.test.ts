import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { customIdOf, readCustomId } from '../../src/job/custom-id.js';
import { makeHandle, MAX_HANDLE_BYTES, readHandle, requireOwn } from '../../src/job/handle.js';
import type { JobInfo } from '../../src/types/job.js';
import { handleFor } from '../../marbles/fake-jobs.js';
import { promptFor } from '../../marbles/prompts.js';

const count = fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER });
const text = (longest: number) => fc.stringMatching(/^[a-zA-Z0-9/_.-]+$/, { maxLength: longest });

const infos: fc.Arbitrary<JobInfo> = fc.record({
  runId: fc.stringMatching(/^[a-zA-Z0-9_-][a-zA-Z0-9_.-]*$/, { maxLength: 64 }),
  number: count,
  first: count,
  prompts: count,
  records: count,
  digest: fc.stringMatching(/^[0-9a-f]{64}$/),
  submittedAt: fc.double({ noNaN: true, noDefaultInfinity: true }).map((ms) => (Object.is(ms, -0) ? 0 : ms)),
});

describe('a handle', () => {
  it('stays under 2 kB, and is itself again when its JSON is read', () => {
    fc.assert(
      fc.property(infos, text(64), text(64), text(256), (info, provider, api, id) => {
        const handle = makeHandle({ provider, api, id }, info);
        const written = JSON.stringify(handle);
        expect(Buffer.byteLength(written)).toBeLessThan(MAX_HANDLE_BYTES);
        expect(readHandle(written)).toEqual(handle);
        expect(readHandle(JSON.parse(written))).toEqual(handle);
      }),
    );
  });

  it.each([
    ['no JSON', '{', 'this is no job handle: it is no JSON'],
    ['something else', '[]', 'this is no job handle'],
    ['something large', 'x'.repeat(3000), 'this is no job handle: it is over 2 kB'],
    ['a later version', { ...handleFor('H'), version: 2 }, 'a job handle must have version 1; got 2'],
    ['a wrong field', { ...handleFor('H'), prompts: -1 }, 'prompts of the job handle is missing or wrong'],
    ['a text that JSON would make longer', { ...handleFor('H'), id: '\n' }, 'id of the job handle is missing or wrong'],
  ])('is not made of %s', (_, given, message) => {
    expect(() => readHandle(given)).toThrow(expect.objectContaining({ name: 'JobError', type: 'handle', message }));
  });

  it('keeps nothing that is no part of it', () => {
    expect(readHandle({ ...handleFor('H'), apiKey: 'secret' })).toEqual(handleFor('H'));
  });

  it('belongs to one provider and one of its APIs', () => {
    expect(() => {
      requireOwn(handleFor('H'), { name: 'other', api: '/fake' });
    }).toThrow(expect.objectContaining({ type: 'foreign' }));
  });
});

describe('the name of a line', () => {
  const none = new Set<string>();
  const content = '0123456789abcdef';

  it.each([
    ['the key of a single record', ['a'], ['order-17'], none, 'order-17'],
    ['its place, for a record without a key', ['a'], undefined, none, 'o4-1-0123456789ab'],
    ['its place, for a key with other characters', ['a'], ['a b'], none, 'o4-1-0123456789ab'],
    ['its place, for a key that is too long', ['a'], ['k'.repeat(65)], none, 'o4-1-0123456789ab'],
    ['its place, for a key that looks like a place', ['a'], ['o1-1-0123456789ab'], none, 'o4-1-0123456789ab'],
    ['its place, for a key that the job has already', ['a'], ['k'], new Set(['k']), 'o4-1-0123456789ab'],
    ['the first place and the count of several records', ['a', 'b'], ['k', 'l'], none, 'o4-2-0123456789ab'],
    [
      'the ordinal of a prompt whose place the job has already',
      ['a'],
      undefined,
      new Set(['o4-1-0123456789ab']),
      'p9-1-0123456789ab',
    ],
  ])('is %s', (_, records, keys, taken, expected) => {
    expect(customIdOf(promptFor('p', records, { from: 4 }), keys, 9, taken, content)).toBe(expected);
  });

  it('is the ordinal of a prompt whose records do not follow each other', () => {
    expect(customIdOf({ ...promptFor('p', ['a', 'b']), indices: [4, 6] }, undefined, 9, none, content)).toBe(
      'p9-2-0123456789ab',
    );
  });

  it('can always be sent, and says again what it was made of', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 70 }), fc.nat(), (key, from) => {
        const name = customIdOf(promptFor('p', ['a'], { from }), [key], 1, none, content);
        expect(name).toMatch(/^[a-zA-Z0-9_-]{1,64}$/);
        const range = { kind: 'range', from, count: 1 };
        expect(readCustomId(name)).toEqual(name === key ? { kind: 'key', key } : range);
      }),
    );
  });
});
