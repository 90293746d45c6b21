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

  state(now: number): LimitState {
    this.#fill(now);
    const resetMs = this.#msFor(this.#perMinute - this.#level);
    return { limit: this.#perMinute, remaining: Math.floor(this.#level), resetMs };
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

/** What the headers of an answer say of one limit. */
export interface LimitState {
  /** How much may pass in a minute. */
  readonly limit: number;
  readonly remaining: number;
  /** Milliseconds until all of the limit remains. */
  readonly resetMs: number;
}

export type LimitStates = Readonly<Record<LimitKind, LimitState>>;

/** What is to be said of the limits in place of the truth; what is left out stays as it is. */
export type LimitClaim = Readonly<Partial<Record<LimitKind, Partial<LimitState>>>>;

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

  states(): LimitStates {
    const now = this.#now();
    return { requests: this.#buckets.requests.state(now), tokens: this.#buckets.tokens.state(now) };
  }
}

export function claimed({ requests, tokens }: LimitStates, claim: LimitClaim = {}): LimitStates {
  return { requests: { ...requests, ...claim.requests }, tokens: { ...tokens, ...claim.tokens } };
}
