import { describe, expect, test } from 'vitest';
import { readRetryAfter } from '../../src/provider/retry-after.js';

const NOW = Date.parse('2026-03-01T12:00:00Z');
const LATER = 'Sun, 01 Mar 2026 12:00:30 GMT';
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
    ['a date in the oldest form, which is GMT too', { 'retry-after': 'Sun Mar  1 12:00:07 2026' }, 7000],
    ['the longest of several', { 'retry-after': '5, 10' }, 10_000],
    ['the longest of several, wherever it stands', { 'retry-after': '10 ,5' }, 10_000],
    ['a header that was sent twice', { 'retry-after': '30, 30' }, 30_000],
    ['a date that was sent twice', { 'retry-after': `${LATER}, ${LATER}` }, 30_000],
    ['a date and seconds', { 'retry-after': `20, ${LATER}` }, 30_000],
    ['milliseconds that were sent twice', { 'retry-after-ms': '250, 300' }, 300],
    ['a sign', { 'retry-after': '+5' }, 5000],
    ['a fraction without its 0', { 'retry-after': '.5' }, 500],
    ['a point without a fraction', { 'retry-after': '5.' }, 5000],
    ['thousands of years', { 'retry-after': '99999999999' }, 99_999_999_999_000],
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
    ['a list with words', { 'retry-after': '5, soon' }],
    ['a list with nothing in it', { 'retry-after': '5,' }],
    ['a negative number', { 'retry-after': '-5' }],
    ['a number with an exponent', { 'retry-after': '1e3' }],
    ['a number with its unit', { 'retry-after': '5s' }],
    ['a time since 1970', { 'retry-after': '1735689610' }],
    ['a time since 1970 in milliseconds', { 'retry-after-ms': '1735689610000' }],
    ['a date as the internet has it', { 'retry-after': '2026-03-01T12:00:30Z' }],
    ['a date without its zone', { 'retry-after': 'Sun, 01 Mar 2026 12:00:30' }],
    ['a date that is none', { 'retry-after': 'Sun, 99 Xyz 2026 12:00:30 GMT' }],
    ['a year', { 'retry-after': 'March 2026' }],
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
