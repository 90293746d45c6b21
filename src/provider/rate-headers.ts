/** `x-ratelimit-remaining-tokens` (OpenAI and its kin), `anthropic-ratelimit-input-tokens-remaining`. */
const REMAINING = /^(?:x-ratelimit-remaining-(?<openai>[\w-]+)|(?<anthropic>anthropic-ratelimit-[\w-]+)-remaining)$/;

/** Milliseconds of one unit. */
const UNITS: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };
/** Numbers above this are dates: the year 2001, or 31 years of waiting. */
const OLDEST_DATE_S = 1e9;
const DURATION = /^(?:\d+(?:\.\d+)?(?:ms|s|m|h|d))+$/;

/**
 * How long nothing more may be sent, in milliseconds, because a limit is used up: the longest of the resets whose `remaining` is
 * 0. `undefined` if none is, or none says until when. (OpenAI, "Rate limits in headers"; Anthropic, "Rate limits", response
 * headers.) Both count the time until the limit is whole again, so this is the longest wait, not the shortest that could do.
 *
 * @param now - the current time in milliseconds since 1970, for dates
 */
export function readRateHold(headers: Headers, now: number): number | undefined {
  let longest: number | undefined;
  headers.forEach((remaining, name) => {
    const { openai, anthropic } = REMAINING.exec(name)?.groups ?? {};
    if ((openai ?? anthropic) === undefined || !(Number(remaining) <= 0) || remaining.trim() === '') return;
    const reset = headers.get(openai === undefined ? `${String(anthropic)}-reset` : `x-ratelimit-reset-${openai}`);
    const wait = reset === null ? undefined : readReset(reset.trim(), now);
    if (wait !== undefined && wait > (longest ?? 0)) longest = wait;
  });
  return longest;
}

/** A duration (`1s`, `6m0s`, `20ms`), a date (RFC 3339, or as seconds since 1970), or, as some gateways write it, seconds. */
function readReset(text: string, now: number): number | undefined {
  if (/^\d+(?:\.\d+)?$/.test(text)) return Number(text) * 1000 - (Number(text) > OLDEST_DATE_S ? now : 0);
  if (DURATION.test(text))
    return [...text.matchAll(/([\d.]+)(ms|[smhd])/g)].reduce(
      (sum, [, amount, unit = '']) => sum + Number(amount) * (UNITS[unit] ?? 0),
      0,
    );
  const date = /^\d{4}-\d\d-\d\d[Tt ]/.test(text) ? Date.parse(text) : NaN;
  return Number.isNaN(date) ? undefined : date - now;
}
