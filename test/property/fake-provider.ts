import fc from 'fast-check';
import { Observable, Subscription, type VirtualTimeScheduler } from 'rxjs';
import { createProvider } from '../../src/provider/create-provider.js';
import { decodeRecords } from '../../src/prompt/decode.js';
import type { EncodedRecord } from '../../src/prompt/encoding.js';
import type { AnswerClass, ErrorCode } from '../../src/types/outcome.js';
import type { CompletionRequest } from '../../src/types/prompt.js';
import { type CompletionEvent, type Provider, ProviderError } from '../../src/types/provider.js';
import type { FinishReason } from '../../src/types/reply.js';
import { cut, cuts, type Cuts } from './pieces.js';

/** What a request gets. All delays are in virtual milliseconds; with 0 it happens at once. */
export type Answer =
  | {
      readonly kind: 'reply';
      readonly lie: Lie;
      readonly finish: FinishReason | 'none';
      readonly at: Cuts;
      readonly delay: number;
    }
  | { readonly kind: 'broken'; readonly after: number; readonly class: AnswerClass; readonly delay: number }
  | {
      readonly kind: 'failure';
      readonly class: AnswerClass;
      readonly retryAfterMs: number | undefined;
      readonly delay: number;
    }
  | { readonly kind: 'silence' | 'throw' | 'foreign error' };

/** How a reply differs from one entry for each record. No lie names a record for another's answer. */
export type Lie =
  'none' | 'misses the first' | 'says two things' | 'adds others' | 'counts from 0' | 'is no JSON' | 'is empty';

const delay = fc.constantFrom(0, 1, 2, 5);
const anyClass = fc.constantFrom<AnswerClass[]>('retryable', 'retryable', 'splittable', 'final', 'fatal');

export const honest: fc.Arbitrary<Answer> = fc.record({
  kind: fc.constant('reply' as const),
  lie: fc.constant<Lie>('none'),
  finish: fc.constant('stop' as const),
  at: cuts,
  delay,
});

export const answers: fc.Arbitrary<Answer> = fc.oneof(
  { weight: 3, arbitrary: honest },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('reply' as const),
      lie: fc.constantFrom<Lie[]>(
        'none',
        'misses the first',
        'says two things',
        'adds others',
        'counts from 0',
        'is no JSON',
        'is empty',
      ),
      finish: fc.constantFrom('stop', 'length', 'content_filter', 'refusal', 'unknown', 'none'),
      at: cuts,
      delay,
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('failure' as const),
      class: anyClass,
      retryAfterMs: fc.constantFrom(undefined, undefined, 0, 4, 30),
      delay,
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant('broken' as const), after: fc.nat(80), class: anyClass, delay }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constantFrom('silence', 'throw', 'foreign error') }) },
);

const CODES: Readonly<Record<AnswerClass, ErrorCode>> = {
  retryable: 'server_error',
  splittable: 'context_length',
  fatal: 'unauthorized',
  final: 'bad_request',
};

export function answerTo(text: string): string {
  return `answer to ${text}`;
}

/** A provider that gives the answers of a script, one a request, around and around; and that watches who asks. */
export class FakeProvider implements Provider {
  readonly name = 'fake';
  readonly model = 'fake';
  readonly capabilities = { streaming: true, enforcesSchema: false };
  readonly gate;
  readonly send;
  readonly sendSettings;
  /** Requests so far, and on the wire now. */
  sent = 0;
  inFlight = 0;
  maxInFlight = 0;
  longestMs = 0;
  /** When the last fatal answer was given, and how many requests had been sent by then. */
  sentWhenFatal: number | undefined;
  /** What no request may ever do. */
  readonly wrong: string[] = [];
  readonly #script: readonly Answer[];
  readonly #scheduler: VirtualTimeScheduler;
  #heldUntil = 0;

  constructor(script: readonly Answer[], concurrency: number, scheduler: VirtualTimeScheduler) {
    this.#script = script;
    this.#scheduler = scheduler;
    const { name, model, capabilities } = this;
    const complete = (request: CompletionRequest) => this.complete(request);
    ({
      gate: this.gate,
      send: this.send,
      sendSettings: this.sendSettings,
    } = createProvider({
      name,
      model,
      capabilities,
      complete,
      concurrency,
      scheduler,
      // Opens soon enough for the few requests of a test.
      circuit: { minimumVolume: 3 },
    }));
  }

  complete(request: CompletionRequest): Observable<CompletionEvent> {
    const answer = this.#script[this.sent++ % this.#script.length]!;
    if (this.#scheduler.now() < this.#heldUntil)
      this.wrong.push('a request was sent while the provider was to be left alone');
    if (this.sentWhenFatal !== undefined) this.wrong.push('a request was sent after a fatal answer');
    if (answer.kind === 'throw') throw new Error('the provider threw');
    return new Observable((subscriber) => {
      const started = this.#scheduler.now();
      this.maxInFlight = Math.max(this.maxInFlight, ++this.inFlight);
      const steps = new Subscription();
      this.#play([...this.#stepsOf(answer, request)], steps, (step) => {
        if ('error' in step) subscriber.error(this.#observe(step.error));
        else if (step.event === 'end') subscriber.complete();
        else subscriber.next(step.event);
      });
      return () => {
        this.inFlight--;
        this.longestMs = Math.max(this.longestMs, this.#scheduler.now() - started);
        steps.unsubscribe();
      };
    });
  }

  #play([step, ...rest]: readonly Step[], running: Subscription, take: (step: Step) => void): void {
    if (step === undefined || running.closed) return;
    const go = (): void => {
      take(step);
      this.#play(rest, running, take);
    };
    if (step.delay === 0) go();
    else running.add(this.#scheduler.schedule(go, step.delay));
  }

  *#stepsOf(answer: Answer, request: CompletionRequest): Generator<Step> {
    if (answer.kind === 'silence') return;
    if (answer.kind === 'foreign error') yield { delay: 0, error: 'not even an Error' };
    else if (answer.kind === 'failure')
      yield { delay: answer.delay, error: failure(answer.class, answer.retryAfterMs) };
    else if (answer.kind === 'reply') {
      yield { delay: answer.delay, event: { type: 'open', status: 200 } };
      for (const text of cut(reply(request, answer.lie), answer.at)) yield { delay: 0, event: { type: 'text', text } };
      if (answer.finish === 'none') yield { delay: answer.delay, event: 'end' };
      else yield { delay: answer.delay, event: { type: 'finish', reason: answer.finish, usage: null } };
    } else if (answer.kind === 'broken') {
      yield { delay: answer.delay, event: { type: 'text', text: reply(request, 'none').slice(0, answer.after) } };
      yield { delay: answer.delay, error: failure(answer.class, undefined) };
    }
  }

  #observe(error: unknown): unknown {
    if (!(error instanceof ProviderError)) return error;
    if (error.kind === 'fatal') this.sentWhenFatal ??= this.sent;
    if (error.kind === 'retryable')
      this.#heldUntil = Math.max(this.#heldUntil, this.#scheduler.now() + (error.retryAfterMs ?? 0));
    return error;
  }
}

type Step = { readonly delay: number } & ({ readonly event: CompletionEvent | 'end' } | { readonly error: unknown });

function failure(kind: AnswerClass, retryAfterMs: number | undefined): ProviderError {
  return new ProviderError(`a ${kind} failure`, { kind, code: CODES[kind], retryAfterMs });
}

function reply({ messages }: CompletionRequest, lie: Lie): string {
  const records = decodeRecords(messages[0]?.content ?? '', 'plain');
  if (lie === 'is empty') return '';
  if (lie === 'is no JSON') return `I would say: ${records.map(({ text }) => text).join(' and ')}.`;
  const entries = records.map((record, position) => entryOf(record, lie === 'counts from 0' ? position : undefined));
  if (lie === 'misses the first') return JSON.stringify({ results: entries.slice(1) });
  if (lie === 'says two things')
    entries.push(...entries.slice(0, 1).map((entry) => ({ ...entry, value: 'another answer' })));
  if (lie === 'adds others') entries.unshift({ index: 4711, value: 'another answer' }, { index: 'who', value: null });
  return JSON.stringify(records[0]?.id === null && lie !== 'adds others' ? entries[0] : { results: entries });
}

function entryOf({ id, text }: EncodedRecord, index: number | undefined) {
  const named = index ?? (/^\d$/.test(String(id)) ? Number(id) : id);
  return { index: named as unknown, value: answerTo(text) as string | null };
}
