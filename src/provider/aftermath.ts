/**
 * Longest wait for what may follow the reason why the model stopped (usage, `[DONE]`), in milliseconds. Servers that have more to say
 * say it at once; some say nothing more, and leave the stream open.
 */
const AFTERMATH_MS = 1000;

/** The time after the model has stopped, in which the server may still have something to say. */
export class Aftermath {
  #endsAt = Infinity;

  /** The model has stopped. What is said again of that does not begin it anew. */
  begin(): void {
    if (this.#endsAt === Infinity) this.#endsAt = performance.now() + AFTERMATH_MS;
  }

  /** What comes, or `undefined` if it does not come before the end of this time; always, before it has begun. */
  async orUntilOver<T>(coming: Promise<T>): Promise<T | undefined> {
    return this.#endsAt === Infinity ? coming : within(this.#endsAt - performance.now(), coming);
  }
}

/** What comes, or `undefined` if it takes longer than `ms`; it does not count then, nor does its failure. */
export async function within<T>(ms: number, coming: Promise<T>): Promise<T | undefined> {
  const { promise: over, resolve } = Promise.withResolvers<undefined>();
  const timer = setTimeout(resolve, ms);
  coming.catch(() => undefined);
  try {
    return await Promise.race([coming, over]);
  } finally {
    clearTimeout(timer);
  }
}
