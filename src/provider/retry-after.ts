/** Digits with a fraction, as servers write it. */
const AMOUNT = String.raw`\+?(?:\d+\.?\d*|\.\d+)`;
const TIME = String.raw`\d\d:\d\d:\d\d`;
/** The three forms of a date in HTTP (RFC 9110 § 5.6.7), of which only the last has no zone; it is GMT as well. */
const DATE = [
  String.raw`[A-Z][a-z]{2}, \d\d [A-Z][a-z]{2} \d{4} ${TIME} GMT`,
  String.raw`[A-Z][a-z]{5,8}, \d\d-[A-Z][a-z]{2}-\d\d ${TIME} GMT`,
  String.raw`[A-Z][a-z]{2} [A-Z][a-z]{2} [ \d]\d ${TIME} \d{4}`,
].join('|');

const AMOUNTS = listOf(AMOUNT);
const AMOUNTS_AND_DATES = listOf(`${AMOUNT}|${DATE}`);
const ONE = new RegExp(`${DATE}|${AMOUNT}`, 'g');

/**
 * How long a provider asks to be left alone, in milliseconds: `retry-after-ms` (OpenAI), or `retry-after` in seconds or as a
 * date (RFC 9110 § 10.2.3). Of several, as they come where a header is sent twice, the longest. `undefined` if it does not say, or
 * says nothing that can be read; a number that is a time since 1970, and no wait, is nothing either.
 *
 * @param now - the current time in milliseconds since 1970, for dates
 */
export function readRetryAfter(headers: Headers, now: number): number | undefined {
  const ms = longest(headers.get('retry-after-ms'), AMOUNTS, Number);
  return ms ?? longest(headers.get('retry-after'), AMOUNTS_AND_DATES, (one) => readOne(one, now));
}

/** A list of one or more (RFC 9110 § 5.6.1). */
function listOf(item: string): RegExp {
  return new RegExp(String.raw`^\s*(?:${item})(?:\s*,\s*(?:${item}))*\s*$`);
}

function longest(text: string | null, form: RegExp, read: (one: string) => number): number | undefined {
  if (text === null || !form.test(text)) return undefined;
  const all = (text.match(ONE) ?? []).filter((one) => !isTimestamp(Number(one))).map(read);
  return all.length === 0 || all.some(Number.isNaN) ? undefined : Math.max(...all);
}

function readOne(text: string, now: number): number {
  if (!/[A-Za-z]/.test(text)) return Number(text) * 1000;
  const date = Date.parse(text.endsWith('GMT') ? text : `${text} GMT`);
  return Math.max(0, date - now);
}

/** Seconds since 1970 have ten digits from 2001 until 2286, and milliseconds thirteen. */
function isTimestamp(amount: number): boolean {
  return (amount >= 1e9 && amount < 1e10) || (amount >= 1e12 && amount < 1e13);
}
