import { describe, expect, test } from 'vitest';
import { readRateHold } from '../../src/provider/rate-headers.js';

const NOW = Date.parse('2026-03-01T12:00:00Z');
const read = (headers: Readonly<Record<string, string>>) => readRateHold(new Headers(headers), NOW);
const openai = (remaining: string, reset: string) => ({
  'x-ratelimit-remaining-tokens': remaining,
  'x-ratelimit-reset-tokens': reset,
});
const anthropic = (kind: string, remaining: string, reset: string) => ({
  [`anthropic-ratelimit-${kind}-remaining`]: remaining,
  [`anthropic-ratelimit-${kind}-reset`]: reset,
});

describe('readRateHold reads', () => {
  test.each([
    ['1s', 1000],
    ['20ms', 20],
    ['8.64s', 8640],
    ['6m0s', 360_000],
    ['1h2m3s', 3_723_000],
    ['1d', 86_400_000],
    ['7.5', 7500],
    [' 2s ', 2000],
    [String(NOW / 1000 + 30), 30_000],
  ])("OpenAI's time until the reset: %s", (reset, ms) => {
    expect(read(openai('0', reset))).toBe(ms);
  });

  test.each(['requests', 'tokens', 'input-tokens', 'output-tokens', 'priority-input-tokens'])(
    "Anthropic's date of the reset of %s",
    (kind) => {
      expect(read(anthropic(kind, '0', '2026-03-01T12:00:30Z'))).toBe(30_000);
      expect(read(anthropic(kind, '0', '2026-03-01T13:00:45+01:00'))).toBe(45_000);
    },
  );

  test('the longest of those that are used up, and none of the others', () => {
    expect(
      read({
        ...openai('0', '2s'),
        'x-ratelimit-remaining-requests': '0',
        'x-ratelimit-reset-requests': '1m0s',
        ...anthropic('requests', '12', '2026-03-01T14:00:00Z'),
        ...anthropic('tokens', '0', '2026-03-01T12:00:03Z'),
      }),
    ).toBe(60_000);
  });

  test('less than nothing as nothing, as gateways count it', () => {
    expect(read(openai('-3', '5s'))).toBe(5000);
  });
});

describe('readRateHold knows nothing', () => {
  test.each<[string, Readonly<Record<string, string>>]>([
    ['of no headers', {}],
    ['of limits with something left', { ...openai('1', '9s'), ...anthropic('tokens', '1000', '2026-03-01T13:00:00Z') }],
    ['of a limit without a reset', { 'x-ratelimit-remaining-tokens': '0' }],
    ['of the reset of another limit', { 'x-ratelimit-remaining-tokens': '0', 'x-ratelimit-reset-requests': '9s' }],
    ['of a limit without a count', openai('', '9s')],
    ['of a count that is none', openai('none', '9s')],
    ['of a reset that is over', openai('0', '0s')],
    ['of a date that has passed', anthropic('tokens', '0', '2026-03-01T11:59:00Z')],
    ['of words', openai('0', 'soon 5')],
    ['of half a duration', openai('0', '5m soon')],
    ['of a negative time', openai('0', '-5s')],
    ['of headers that only sound like it', { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': '9s' }],
  ])('%s', (_, headers) => {
    expect(read(headers)).toBeUndefined();
  });
});
