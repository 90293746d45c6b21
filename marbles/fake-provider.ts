import { map, type Observable, throwError } from 'rxjs';
import type { CircuitOptions } from '../src/flow/circuit.js';
import { type FakeCall, fakeProvider as fake } from '../src/testing/index.js';
import type { CompletionRequest } from '../src/types/prompt.js';
import {
  type CompletionEvent,
  type Provider,
  ProviderError,
  type ProviderErrorOptions,
} from '../src/types/provider.js';
import type { Stage } from './spec.js';

/**
 * A letter of a scripted reply: `o` for its headers, `~` for a sign of life, `.` for its regular end; an event as it is, an error
 * that is thrown, and anything else as a piece of text.
 */
export type Said = string | CompletionEvent | Error;

/** What letters of replies are, for diagrams. */
export const LETTERS = { o: 'the headers of a reply', '.': 'the regular end of a reply' } as const;

export interface FakeProviderOptions {
  /** Most requests in flight. @defaultValue 8 */
  readonly concurrency?: number;
  /** @defaultValue false */
  readonly enforcesSchema?: boolean;
  /** When its circuit opens. @defaultValue the gate's */
  readonly circuit?: CircuitOptions | undefined;
}

/**
 * A provider that answers by the inputs of a spec. The reply to a request is the input of the request's name; when it is sent
 * again, that of its name and 2, 3 … To a request without an input it throws. Each has a gate of its own.
 *
 * @param nameOf - the name of what a request asks for
 */
export function fakeProvider(
  input: Stage<unknown>['input'],
  nameOf: (request: CompletionRequest) => string,
  { concurrency = 8, enforcesSchema = false, circuit }: FakeProviderOptions = {},
): Provider {
  const times = new Map<string, number>();
  const reply = ({ request }: FakeCall): Observable<CompletionEvent> => {
    const name = nameOf(request);
    const time = (times.get(name) ?? 0) + 1;
    times.set(name, time);
    const scripted = time === 1 ? name : `${name}${time}`;
    const said = input(scripted) as Observable<Said> | undefined;
    return said?.pipe(map(eventOf)) ?? throwError(() => new Error(`no reply is scripted for ${scripted}`));
  };
  return fake(reply, {}, { concurrency, enforcesSchema, circuit });
}

/** An answer that is no reply, for the letters of a scripted one. */
export function answer(kind: ProviderErrorOptions['kind'], code: ProviderErrorOptions['code'], retryAfterMs?: number) {
  return new ProviderError(`the provider answered ${code}`, { kind, code, retryAfterMs });
}

function eventOf(said: Said): CompletionEvent {
  if (said instanceof Error) throw said;
  if (typeof said !== 'string') return said;
  if (said === 'o') return { type: 'open', status: 200 };
  if (said === '~') return { type: 'alive' };
  if (said === '.') return { type: 'finish', reason: 'stop', usage: null };
  return { type: 'text', text: said };
}
