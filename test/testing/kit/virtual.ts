import { map, type Observable, of } from 'rxjs';
import { TestScheduler } from 'rxjs/testing';
import { expect } from 'vitest';
import { toBatchPrompt, type ToBatchPromptOptions } from '../../../operators/toBatchPrompt.js';
import type { CompletionRequest } from '../../../src/types/prompt.js';
import { type CompletionEvent, ProviderError } from '../../../src/types/provider.js';

/** Does something in virtual time, to its end. */
export function virtually(work: (scheduler: TestScheduler) => void): void {
  const scheduler = new TestScheduler((actual, expected) => expect(actual).toEqual(expected));
  scheduler.run(() => {
    work(scheduler);
  });
}

/** What comes of an Observable in virtual time: a row for each value, for its error and for its end, with its time. */
export function rowsOf<T>(source: () => Observable<T>, see: (value: T) => string): readonly string[] {
  const rows: string[] = [];
  virtually((scheduler) => {
    const row = (text: string): void => {
      rows.push(`${scheduler.now()} ${text}`);
    };
    source()
      .pipe(map(see))
      .subscribe({
        next: row,
        error: (error: unknown) => {
          row(`# ${error instanceof ProviderError ? `${error.kind} ${error.code}` : String(error)}`);
        },
        complete: () => {
          row('|');
        },
      });
  });
  return rows;
}

export function seeReply(event: CompletionEvent): string {
  switch (event.type) {
    case 'open':
      return `open ${event.status}`;
    case 'text':
      return event.text;
    case 'alive':
      return 'alive';
    case 'finish':
      return `finish ${event.reason}`;
  }
}

/** A request for some records, as the library makes it. */
export function requestFor(texts: readonly string[], options: Partial<ToBatchPromptOptions<string>> = {}) {
  const made: CompletionRequest[] = [];
  of(texts)
    .pipe(toBatchPrompt({ content: (text: string) => text, ...options }))
    .subscribe(({ request }) => {
      if (request !== null) made.push(request);
    });
  return made[0]!;
}
