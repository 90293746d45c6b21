/** How much of one kind may pass: a bucket that holds a minute's worth and is refilled evenly. */
class Bucket {
  readonly #perMinute: number;
  #level: number;
  #filledAt: number;

  constructor(perMinute: number, now: number) {
    this.#perMinute = perMinute;
    this.#level = perMinute;
    this.#filledAt = now;
  }

  /** Milliseconds until `amount` fits; 0 if it does. */
  waitFor(amount: number, now: number): number {
    this.#fill(now);
    return Math.max(0, this.#msFor(amount - this.#level));
  }

  take(amount: number): void {
    this.#level -= amount;
  }

  headers(kind: LimitKind, now: number): Record<string, string> {
    this.#fill(now);
    return {
      [`x-ratelimit-limit-${kind}`]: String(this.#perMinute),
      [`x-ratelimit-remaining-${kind}`]: String(Math.floor(this.#level)),
      [`x-ratelimit-reset-${kind}`]: durationText(this.#msFor(this.#perMinute - this.#level)),
    };
  }

  #fill(now: number): void {
    const came = ((now - this.#filledAt) * this.#perMinute) / 60_000;
    this.#level = Math.min(this.#perMinute, this.#level + came);
    this.#filledAt = now;
  }

  #msFor(amount: number): number {
    return (amount * 60_000) / this.#perMinute;
  }
}

type LimitKind = 'requests' | 'tokens';

/** A request that came too early. */
export interface Excess {
  readonly kind: LimitKind;
  readonly limit: number;
  readonly retryAfterMs: number;
}

/** The server's limits for requests and prompt tokens a minute. `now` is a clock in milliseconds. */
export class RateLimits {
  readonly #limits: Record<LimitKind, number>;
  readonly #buckets: Record<LimitKind, Bucket>;
  readonly #now: () => number;

  constructor(limits: Record<LimitKind, number>, now: () => number) {
    this.#limits = limits;
    this.#buckets = { requests: new Bucket(limits.requests, now()), tokens: new Bucket(limits.tokens, now()) };
    this.#now = now;
  }

  /** Lets one request pass, or says which limit is in its way; then nothing is taken. */
  take(tokens: number): Excess | null {
    const now = this.#now();
    const amounts: Record<LimitKind, number> = { requests: 1, tokens };
    for (const kind of ['requests', 'tokens'] as const) {
      const retryAfterMs = this.#buckets[kind].waitFor(amounts[kind], now);
      if (retryAfterMs > 0) return { kind, limit: this.#limits[kind], retryAfterMs };
    }
    this.#buckets.requests.take(1);
    this.#buckets.tokens.take(tokens);
    return null;
  }

  /** The state of both limits, in OpenAI's headers. */
  headers(): Readonly<Record<string, string>> {
    const now = this.#now();
    return { ...this.#buckets.requests.headers('requests', now), ...this.#buckets.tokens.headers('tokens', now) };
  }
}

/** A time as OpenAI writes it: `0s`, `120ms`, `8.64s`, `6m0s`. */
export function durationText(ms: number): string {
  const rounded = Math.ceil(ms);
  if (rounded === 0) return '0s';
  if (rounded < 1000) return `${rounded}ms`;
  if (rounded < 60_000) return `${rounded / 1000}s`;
  return `${Math.floor(rounded / 60_000)}m${(rounded % 60_000) / 1000}s`;
}
