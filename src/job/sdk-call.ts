import { asProviderError, type Sdk, sdkRequest, type SdkRequestOptions } from '../provider/sdk-provider.js';
import { abortable } from '../provider/abortable.js';
import type { Observable } from 'rxjs';

/** What an SDK's errors say, and what is secret in its requests. */
export interface SdkErrors {
  readonly explain: Sdk['explain'];
  readonly secrets: () => readonly string[];
}

/** Makes calls through an SDK, without its own retries and timeout; unsubscribing aborts them. */
export function sdkCalls({ explain, secrets }: SdkErrors) {
  const failing = async function* <T>(
    produce: (options: SdkRequestOptions) => AsyncIterable<T>,
    signal: AbortSignal,
    opened: { readonly isOpen: boolean },
  ): AsyncGenerator<T> {
    try {
      yield* produce(sdkRequest(signal));
    } catch (error) {
      throw asProviderError(error, opened.isOpen ? 'connection' : explain(error), secrets());
    }
  };

  return {
    /** A call with one answer. */
    once: <T>(ask: (options: SdkRequestOptions) => Promise<T>): Observable<T> =>
      abortable((signal) =>
        failing(
          async function* (options) {
            yield await ask(options);
          },
          signal,
          { isOpen: false },
        ),
      ),
    /** A call whose answer is read as it comes. `opened` is called when its headers are there: all that fails then is the connection. */
    many: <T>(read: (options: SdkRequestOptions, opened: () => void) => AsyncIterable<T>): Observable<T> =>
      abortable((signal) => {
        const state = { isOpen: false };
        return failing(
          (options) =>
            read(options, () => {
              state.isOpen = true;
            }),
          signal,
          state,
        );
      }),
  };
}
