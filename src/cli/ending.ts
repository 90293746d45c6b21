import { defer, fromEvent, ignoreElements, lastValueFrom, type Observable, of } from 'rxjs';
import { JobError } from '../types/job.js';
import { LlmError } from '../types/outcome.js';
import { ProviderError } from '../types/provider.js';
import { withAdvice } from './advice.js';
import { CliError, EXIT, type ExitStatus, reasonOf } from './failure.js';
import { fatalAnswer } from './fatal-answer.js';
import type { Veil } from './veil.js';

/** Emits when a signal has come. */
export function aborted(stop: AbortSignal): Observable<unknown> {
  return defer(() => (stop.aborted ? of(stop) : fromEvent(stop, 'abort')));
}

/** Waits for some work, and says what it failed by; `undefined` if it has not. */
export async function failureOf(work: Observable<unknown>, veil: Veil): Promise<CliError | undefined> {
  try {
    await lastValueFrom(work.pipe(ignoreElements()), { defaultValue: undefined });
    return undefined;
  } catch (error) {
    const { status, message } = inOneLine(error);
    return new CliError(status, veil(message), { cause: error });
  }
}

function inOneLine(error: unknown): CliError {
  if (error instanceof CliError) return error;
  if (error instanceof LlmError) return fatalAnswer(error);
  if (error instanceof JobError) return new CliError(statusOf(error), error.message);
  if (!(error instanceof ProviderError)) return unexpected(error);
  return new CliError(error.kind === 'fatal' ? EXIT.misuse : EXIT.unexpected, withAdvice(error.message, error.code));
}

/** A disk that is full, or an answer that never came, is nobody's wrong use. */
function statusOf({ type }: JobError): ExitStatus {
  return type === 'store' || type === 'uncertain' ? EXIT.unexpected : EXIT.misuse;
}

/** What no part of the command line has foreseen. */
export function unexpected(error: unknown): CliError {
  return new CliError(EXIT.unexpected, `unexpected: ${reasonOf(error)}`, { cause: error });
}
