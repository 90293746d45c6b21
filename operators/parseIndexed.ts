import { Observable, type OperatorFunction } from 'rxjs';
import { createReporter } from '../src/flow/reporter.js';
import { follow } from '../src/flow/follow.js';
import { requireOneOf } from '../src/flow/require.js';
import { addReply, attachPrompt } from '../src/recovery/prompt-of.js';
import type { Warn } from '../src/reply/match.js';
import { ReplyState, type Resolution } from '../src/reply/reply-state.js';
import type { EventsObserver } from '../src/types/events.js';
import type { Failure, Outcome } from '../src/types/outcome.js';
import type { BatchPrompt } from '../src/types/prompt.js';
import type { ReplyChunk, ReplyFormat } from '../src/types/reply.js';

/** Options of {@link parseIndexed}. */
export interface ParseIndexedOptions<R> {
  /** How replies are read, and what their values are checked by. @defaultValue the prompt's own format */
  readonly format?: ReplyFormat<R>;
  /**
   * When an outcome may leave. `auto`: as its entry closes, where nothing that comes later can change it (the payload opens
   * the reply, and ids are nonces or the provider enforces the schema), else at the end of the reply. `early`: always as its
   * entry closes, at the risk that a decoy in front of the answer is taken for it. `end`: never before the end.
   * @defaultValue 'auto'
   */
  readonly release?: 'auto' | 'early' | 'end' | undefined;
  /** Takes a reply without any index in order, if it has exactly as many entries as the prompt has records. @defaultValue false */
  readonly positional?: boolean | undefined;
  /** Whether errors quote up to 200 characters of the reply. @defaultValue 'excerpt' */
  readonly evidence?: 'excerpt' | 'none' | undefined;
  /** Where warnings go. @defaultValue nowhere */
  readonly events?: EventsObserver | undefined;
}

/**
 * Emits one outcome for each record of each prompt: its own value, or an error that says why there is none.
 *
 * ```text
 * source   -p-q--P----Q-|     pieces of two replies; P and Q are the last ones
 *          parseIndexed()
 * result   ------(ab)-c-|     p asked for a and b, q for c
 * ```
 *
 * - *emits* an outcome at the end of its reply, or as its entry closes (`release`). Entries are matched by exact index; the
 *   same number as a string or an integral float counts too; indices that are exactly 0…n−1 are shifted by one. Duplicates
 *   that agree are one, those that differ make the record an error. What closed in a reply that broke off stands.
 *   How a reply is cut into pieces never changes an outcome.
 * - *completes* with the source; prompts whose last piece never came first yield `reply_unfinished`.
 * - *errors* with the source, likewise.
 * - *on unsubscribe* what is held is dropped.
 * - *holds at most* the entries of the replies that are arriving.
 *
 * Indices promise the record that the reply names; only nonces (`toBatchPrompt({ ids: 'nonce' })`) promise the record that was
 * answered.
 *
 * @example
 * ```ts
 * chunks$.pipe(parseIndexed({ format: json({ value: 'sentiment' }) }))
 * ```
 *
 * @throws RangeError if an option is none of its allowed values
 * @see {@link inOrder}
 * @see [From a reply to outcomes](../docs/replies.md)
 */
export function parseIndexed<T, R = unknown>(
  options: ParseIndexedOptions<R> = {},
): OperatorFunction<ReplyChunk<T>, Outcome<T, R>> {
  const { format, release = 'auto', positional = false, evidence = 'excerpt', events } = options;
  requireOneOf('release', release, ['auto', 'early', 'end']);
  requireOneOf('evidence', evidence, ['excerpt', 'none']);
  const reading = { release, positional, evidence };
  const report = createReporter(events);

  return (source) =>
    new Observable((subscriber) => {
      /** The replies that are arriving: some, as many as are in flight. No `Map`: see {@link Line}. */
      const open: Reply<T, R>[] = [];
      const ended = new WeakSet<BatchPrompt<T>>();

      const warnOf =
        ({ id: batchId }: BatchPrompt<T>): Warn =>
        (code, message) => {
          report({ type: 'warning', batchId, code, message });
        };

      const openReply = (prompt: BatchPrompt<T>, attempt: number): Reply<T, R> => {
        // The prompt's format reads whatever values it was made for: R is the caller's word, as in any untyped reply.
        const settings = { ...reading, format: format ?? (prompt.format as ReplyFormat<R>) };
        const state = new ReplyState<R>(prompt.ids, settings, warnOf(prompt));
        const reply = { prompt, attempt, state };
        open.push(reply);
        return reply;
      };

      const emit = ({ prompt, attempt }: Reply<T, R>, resolutions: readonly Resolution<R>[]): void => {
        for (const resolution of resolutions)
          subscriber.next(attachPrompt(toOutcome<T, R>(prompt, attempt, resolution), prompt));
      };

      follow(source, subscriber, {
        next: (chunk) => {
          const { prompt, attempt = 1, done } = chunk;
          if (ended.has(prompt)) {
            warnOf(prompt)('chunk_after_end', 'a piece came after the end of its reply');
            return;
          }
          const reply = open.find((one) => one.prompt === prompt) ?? openReply(prompt, attempt);
          if (done) {
            open.splice(open.indexOf(reply), 1);
            ended.add(prompt);
          }
          if ('text' in chunk && chunk.text !== '') addReply(prompt, chunk.text.length);
          emit(reply, reply.state.take(chunk));
        },
        last: () => {
          for (const reply of open.splice(0)) emit(reply, reply.state.breakOff(UNFINISHED));
        },
      });
    });
}

/** A reply that is arriving, and the attempt that it is the reply to. */
interface Reply<T, R> {
  readonly prompt: BatchPrompt<T>;
  readonly attempt: number;
  readonly state: ReplyState<R>;
}

const UNFINISHED: Failure = { code: 'reply_unfinished', message: 'the stream ended before this reply did' };

function toOutcome<T, R>(prompt: BatchPrompt<T>, attempts: number, resolution: Resolution<R>): Outcome<T, R> {
  const { position } = resolution;
  const { id: batchId } = prompt;
  const record = prompt.records[position] as T;
  const index = prompt.indices[position] ?? -1;
  return resolution.failure === null
    ? { record, index, batchId, attempts, value: resolution.value, error: null }
    : { record, index, batchId, attempts, value: null, error: { ...resolution.failure, index, batchId, attempts } };
}
