import { Observable, type SchedulerLike } from 'rxjs';
import { TestScheduler } from 'rxjs/testing';
import type { CompletionEvent } from '../../types/provider.js';
import { fakeError } from './fake-error.js';

/**
 * What a letter of a reply's marbles stands for: a piece of text, any other event as it is, or an error. The letter `#` may have an error
 * only.
 */
export type ReplyValue = string | CompletionEvent | Error;

/** What letters stand for; one that is not here is its own text. */
export type ReplyValues = Readonly<Record<string, ReplyValue>>;

/** Reads marbles with a character a millisecond, whether `TestScheduler.run` is under way or not. */
class Milliseconds extends TestScheduler {
  static override frameTimeFactor = 1;
}

type Steps = ReturnType<typeof TestScheduler.parseMarbles>;

/**
 * A reply by marbles, cold, on a scheduler. The first letter brings the headers (`open`), `|` ends the reply as the model does (`stop`), and
 * `#` is an error. Without either, nothing more comes.
 *
 * @throws RangeError if the marbles are none of a reply
 */
export function marbleReply(
  marbles: string,
  values: ReplyValues,
  scheduler: SchedulerLike,
): Observable<CompletionEvent> {
  const steps = stepsOf(marbles);
  return new Observable((subscriber) => {
    let opened = false;
    let finished = false;
    const tell = (event: CompletionEvent): void => {
      if (!opened && event.type !== 'open') subscriber.next({ type: 'open', status: 200 });
      opened = true;
      finished ||= event.type === 'finish';
      subscriber.next(event);
    };
    for (const { frame, notification } of steps)
      subscriber.add(
        scheduler.schedule(() => {
          if (notification.kind === 'C') {
            if (!finished) tell({ type: 'finish', reason: 'stop', usage: null });
            subscriber.complete();
            return;
          }
          const letter = notification.kind === 'E' ? '#' : String(notification.value);
          const value = values[letter] ?? (letter === '#' ? fakeError('server_error') : letter);
          if (value instanceof Error) subscriber.error(value);
          else tell(typeof value === 'string' ? { type: 'text', text: value } : value);
        }, frame),
      );
  });
}

/** @throws RangeError if the marbles are none of a reply, or a letter has a value that it cannot have */
export function requireMarbles(marbles: string, values: ReplyValues): void {
  stepsOf(marbles);
  const { '#': error = fakeError('server_error') } = values;
  if (!(error instanceof Error)) throw new RangeError(`# must stand for an error; got ${JSON.stringify(error)}`);
}

function stepsOf(marbles: string): Steps {
  if (/[!^]/.test(marbles)) throw new RangeError(`a reply begins when it is asked for: no ^ and no !; got ${marbles}`);
  return Milliseconds.parseMarbles(marbles, undefined, undefined, false, true);
}
