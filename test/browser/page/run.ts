import { from, ReplaySubject, type Subscription, take, toArray, lastValueFrom } from 'rxjs';
import { mlPredict } from 'rxjs-llm';
import { http } from 'rxjs-llm/http';
import { defineModel, type ModelOptions } from 'rxjs-llm/model';
import { outcomeLabel } from 'rxjs-llm/testing';

type Overrides = Partial<ModelOptions<string, string>>;

/** The run that tests look at, one at a time. */
let labels = new ReplaySubject<string>();
let running: Subscription | undefined;
let told: string[] = [];

const label = outcomeLabel<string>();

/** A model at the page's own origin, or at another. */
export function modelAt(origin: string, options: Overrides = {}) {
  const provider = http({ baseUrl: `${origin}/v1`, model: 'any', enforcesSchema: true });
  return defineModel<string, string>({ provider, recordContent: (text) => text, batchSize: 3, ...options });
}

/** Asks for texts with `fetch`; outcomes leave as their entries close. */
export function start(texts: readonly string[], options: Overrides = {}, origin = location.origin): void {
  labels = new ReplaySubject();
  told = [];
  running = from(texts)
    .pipe(
      mlPredict(modelAt(origin, options), {
        release: 'early',
        // Nothing is waited for before a retry but what the server asks for.
        random: () => 0,
        events: { next: (event) => told.push(event.type === 'hold' ? `hold ${event.holdMs}` : event.type) },
      }),
    )
    .subscribe({
      next: (outcome) => labels.next(label(outcome)),
      error: (error: unknown) => {
        labels.next(String(error));
        labels.complete();
      },
      complete: () => labels.complete(),
    });
}

/** The first outcomes of the run; all of them, and how it failed, if there are no more. */
export function seen(count = Infinity): Promise<string[]> {
  return lastValueFrom(labels.pipe(take(count), toArray()));
}

export function stop(): void {
  running?.unsubscribe();
}

/** What was told of the run. */
export function events(): readonly string[] {
  return told;
}
