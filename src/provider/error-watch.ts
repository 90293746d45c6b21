import type { CompletionEvent } from '../types/provider.js';
import { errorOf } from './read-answer.js';
import { errorText } from './read-body.js';

/** What stands between an SDK and the answers that it reads. */
export type WatchAnswer = (response: Response) => Response;

/** Watches the body of an error while an SDK reads it: it may be without an end, or fall silent. */
export class ErrorWatch {
  readonly #secrets: () => readonly string[];
  #next = Promise.withResolvers<CompletionEvent>();

  /** @param secrets - all that may be secret in what was sent, as it is when an error is read */
  constructor(secrets: () => readonly string[]) {
    this.#secrets = secrets;
  }

  /** Gives an answer whose body the SDK may read; of an error's, no more than says something. */
  readonly watch: WatchAnswer = (response) => {
    if (response.ok || response.body === null) return response;
    const { status, statusText, headers } = response;
    return new Response(this.#observed(response), { status, statusText, headers });
  };

  /** Signs of life, until that has settled. */
  async *until(settled: Promise<unknown>): AsyncGenerator<CompletionEvent> {
    const over = settled.then(
      () => undefined,
      () => undefined,
    );
    for (;;) {
      const sign = await Promise.race([over, this.#next.promise]);
      if (sign === undefined) return;
      yield sign;
    }
  }

  #observed(response: Response): ReadableStream<Uint8Array> {
    const encoder = new TextEncoder();
    const pieces = errorText(response);
    let text = '';
    const tell = (): void => {
      const { resolve } = this.#next;
      this.#next = Promise.withResolvers();
      resolve({ type: 'alive', failure: () => errorOf(response, text, this.#secrets()) });
    };
    tell();
    return new ReadableStream({
      pull: async (controller) => {
        const next = await pieces.next();
        if (next.done === true) {
          controller.close();
          return;
        }
        text += next.value;
        controller.enqueue(encoder.encode(next.value));
        tell();
      },
      cancel: async () => {
        await pieces.return(undefined);
      },
    });
  }
}
