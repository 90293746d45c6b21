/**
 * How long a provider asks to be left alone, in milliseconds: `retry-after-ms` (OpenAI), or `retry-after` in seconds or as a
 * date (RFC 9110 § 10.2.3). `undefined` if it does not say, or says nothing that can be read.
 *
 * @param now - the current time in milliseconds since 1970, for dates
 */
export function readRetryAfter(headers: Headers, now: number): number | undefined {
  const ms = headers.get('retry-after-ms');
  if (ms !== null && isAmount(ms)) return Number(ms);
  const after = headers.get('retry-after');
  if (after === null) return undefined;
  if (isAmount(after)) return Number(after) * 1000;
  const date = Date.parse(after);
  return Number.isNaN(date) ? undefined : Math.max(0, date - now);
}

function isAmount(text: string): boolean {
  return /^\s*\d+(?:\.\d+)?\s*$/.test(text);
}
