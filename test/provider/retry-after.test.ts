import { describe, expect, test } from 'vitest';
import { readRetryAfter } from '../../src/provider/retry-after.js';

const NOW = Date.parse('2026-03-01T12:00:00Z');
const read = (headers: Readonly<Record<string, string>>) => readRetryAfter(new Headers(headers), NOW);

describe('readRetryAfter', () => {
  test.each([
    ['seconds', { 'retry-after': '20' }, 20_000],
    ['no seconds', { 'retry-after': '0' }, 0],
    ['a fraction of a second', { 'retry-after': '1.5' }, 1500],
    ['seconds among blanks', { 'retry-after': '  7 ' }, 7000],
    ['more than a minute', { 'retry-after': '3600' }, 3_600_000],
    ['milliseconds', { 'retry-after-ms': '250' }, 250],
    ['fractions of milliseconds', { 'retry-after-ms': '12.5' }, 12.5],
    ['milliseconds before seconds', { 'retry-after-ms': '250', 'retry-after': '1' }, 250],
    ['seconds, where the milliseconds cannot be read', { 'retry-after-ms': 'soon', 'retry-after': '1' }, 1000],
    ['a date', { 'retry-after': 'Sun, 01 Mar 2026 12:00:30 GMT' }, 30_000],
    ['a date more than a day ahead', { 'retry-after': 'Tue, 03 Mar 2026 12:00:00 GMT' }, 172_800_000],
    ['a date in the old form', { 'retry-after': 'Sunday, 01-Mar-26 12:00:05 GMT' }, 5000],
    ['a date that has passed', { 'retry-after': 'Sun, 01 Mar 2026 11:00:00 GMT' }, 0],
  ])('reads %s', (_, headers, ms) => {
    expect(read(headers)).toBe(ms);
  });

  test.each([
    ['nothing', {}],
    ['words', { 'retry-after': 'in a while' }],
    ['an empty value', { 'retry-after': '' }],
    ['blanks only', { 'retry-after-ms': '  ' }],
    ['no number', { 'retry-after-ms': 'NaN' }],
    ['infinity', { 'retry-after-ms': 'Infinity' }],
  ])('knows nothing from %s', (_, headers) => {
    expect(read(headers)).toBeUndefined();
  });

  test('never reads a time before now', () => {
    for (const value of ['-5', '-1.5', '-0'])
      for (const name of ['retry-after', 'retry-after-ms'])
        expect(read({ [name]: value }) ?? 0).toBeGreaterThanOrEqual(0);
  });
});
