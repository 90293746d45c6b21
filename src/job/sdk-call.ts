import { asProviderError, type Sdk, sdkRequest, type SdkRequestOptions } from '../provider/sdk-provider.js';
import { abortable } from '../provider/abortable.js';
import type { Observable } from 'rxjs';
import { ProviderError } from '../types/provider.js';

/** What an SDK's errors say, and what is secret in its requests. */
export interface SdkErrors {
  readonly explain: Sdk['explain'];
  readonly secrets: () => readonly string[];
}

/** Makes calls through an SDK, without its own retries and timeout; unsubscribing aborts them. */
export function sdkCalls({ explain, secrets }: SdkErrors) {
  const failing = async function* <T>(
    produce: (options: SdkRequestOptions) => AsyncIterable<T>,
    options: SdkRequestOptions,
    opened: { readonly isOpen: boolean },
  ): AsyncGenerator<T> {
    try {
      yield* produce(options);
    } catch (error) {
      if (isRedirect(error)) throw redirected(error);
      throw asProviderError(error, opened.isOpen ? 'connection' : explain(error), secrets());
    }
  };

  const asked = <T>(
    ask: (options: SdkRequestOptions) => Promise<T>,
    redirect: SdkRequestOptions['fetchOptions']['redirect'],
  ): Observable<T> =>
    abortable((signal) =>
      failing(
        async function* (options) {
          yield await ask(options);
        },
        sdkRequest(signal, redirect),
        { isOpen: false },
      ),
    );

  return {
    /** A call with one answer. */
    once: <T>(ask: (options: SdkRequestOptions) => Promise<T>): Observable<T> => asked(ask, 'manual'),
    /** The same with a body of any length, which is nowhere held as a whole. */
    upload: <T>(ask: (options: SdkRequestOptions) => Promise<T>): Observable<T> => asked(ask, 'error'),
    /** A call whose answer is read as it comes. `opened` is called when its headers are there: all that fails then is the connection. */
    many: <T>(read: (options: SdkRequestOptions, opened: () => void) => AsyncIterable<T>): Observable<T> =>
      abortable((signal) => {
        const state = { isOpen: false };
        return failing(
          (options) =>
            read(options, () => {
              state.isOpen = true;
            }),
          sdkRequest(signal),
          state,
        );
      }),
  };
}

/** True if `fetch` has met a redirect that it was told to take for an error: Node's only says so in the words of a cause. */
function isRedirect(error: unknown): boolean {
  return error instanceof Error && (error.message === 'unexpected redirect' || isRedirect(error.cause));
}

/** A server that sends uploads elsewhere would do so with each of them. */
function redirected(cause: unknown): ProviderError {
  const message = 'the provider redirects the upload, and no redirect is followed';
  return new ProviderError(message, { kind: 'fatal', code: 'not_found', cause });
}
