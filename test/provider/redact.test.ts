import { describe, expect, test } from 'vitest';
import { redact, secretsIn } from '../../src/provider/redact.js';

const RANDOM = 'kQ7wErTy9-plainSecret_42ZZtopmo57';

describe('redact takes out', () => {
  test.each([
    ['a secret, as often as it stands there', 'a: abc, b: abc', ['abc'], 'a: [secret], b: [secret]'],
    ['a secret with special characters', 'is $& a+b(c)?', ['a+b(c)?'], 'is $& [secret]'],
    [
      'a longer secret before one that it starts with',
      'token-2 and token',
      ['token', 'token-2'],
      '[secret] and [secret]',
    ],
    ['how a random secret begins', 'starts with kQ7wErTy', [RANDOM], 'starts with [secret]'],
    ['how it ends', 'ends in topmo57, sorry', [RANDOM], 'ends in [secret], sorry'],
    ['both', 'you sent kQ7wEr...opmo57', [RANDOM], 'you sent [secret]...[secret]'],
    ['a secret in pieces', 'kQ7wErTy9- plainSecret_42ZZtopmo57', [RANDOM], '[secret] [secret]'],
    [
      'a secret that has the word for it',
      'saw my-secret-42abc, and a secret-4',
      ['my-secret-42abc'],
      'saw [secret], and a [secret]',
    ],
    ['a key of OpenAI', 'provided: sk-proj-AbC_12345. Find', [], 'provided: [secret] Find'],
    ['a key masked with stars', 'provided: sk-proj-****9xyz.', [], 'provided: [secret]'],
    ['a key masked with dots', 'provided: sk-...9xyz', [], 'provided: [secret]'],
    ['a masked key that looks like no other', 'got gsk_ab****yz', [], 'got [secret]'],
    ['a key that is all stars', 'got ******** instead', [], 'got [secret] instead'],
    ['a token behind its scheme', 'saw Bearer eyJhbGci0iJ9.e30.x-_', [], 'saw [secret]'],
    ['a long token without a digit', 'saw Bearer abcdefghijklmnopqrstuvwx', [], 'saw [secret]'],
    ['a key in a name', 'saw key-1234567890', [], 'saw [secret]'],
    ['a password in an address', 'to https://me:pass@host/v1', [], 'to https://[secret]@host/v1'],
  ])('%s', (_, text, secrets, clean) => {
    expect(redact(text, secrets)).toBe(clean);
  });
});

describe('redact leaves', () => {
  test.each([
    'Incorrect API key provided.',
    'Bearer authentication is required',
    'the key value store; a key-value pair',
    'a **bold** word, 2 ** 3, and task-force',
    'Send mail to me@example.org or see https://example.org/@me',
    'Invalid schema for response_format',
    'five characters kQ7wE of one, and kQ7w',
  ])('%s', (text) => {
    expect(redact(text, ['', RANDOM, 'authentication-is-required'])).toBe(text);
  });
});

test.each(['x', 'x-', 'key-', 'Bearer ', 'sk-', 'a**', '://a', '.'])(
  'redact takes no longer for a page of %j',
  (text) => {
    // With the square of the page's length it would take minutes.
    expect(redact(text.repeat(1_000_000 / text.length), ['abc']).length).toBeGreaterThan(0);
  },
);

test('secretsIn finds whole values and their parts, and passes over short ones', () => {
  expect(secretsIn(['Bearer abcdefgh', 'session=ijklmnop; theme=dark', '1', 'short'])).toEqual([
    'Bearer abcdefgh',
    'abcdefgh',
    'session=ijklmnop; theme=dark',
    'ijklmnop',
  ]);
});
