import {
  concat,
  concatMap,
  delay,
  lastValueFrom,
  mergeMap,
  NEVER,
  type Observable,
  of,
  Subject,
  throwError,
  timer,
  toArray,
  VirtualTimeScheduler,
} from 'rxjs';
import { describe, expect, test } from 'vitest';
import { callLLM, type CallLLMOptions } from '../../operators/callLLM.js';
import { toBatchPrompt } from '../../operators/toBatchPrompt.js';
import { createProvider } from '../../src/provider/create-provider.js';
import type { AttemptEvent, LlmEvent } from '../../src/types/events.js';
import { type CompletionEvent, type Provider, ProviderError } from '../../src/types/provider.js';
import type { BatchPrompt } from '../../src/types/prompt.js';
import type { ReplyChunk } from '../../src/types/reply.js';

const answer: Observable<CompletionEvent> = of<CompletionEvent[]>(
  { type: 'open', status: 200 },
  { type: 'text', text: '{"value": 1}' },
  { type: 'finish', reason: 'stop', usage: null },
);

const busy = throwError(() => new ProviderError('busy', { kind: 'retryable', code: 'rate_limited', status: 429 }));

/** Answers each request with the next of these, and with the last of them from then on. */
function scripted(scheduler: VirtualTimeScheduler, ...answers: readonly Observable<CompletionEvent>[]): Provider {
  let number = 0;
  return createProvider({
    name: 'test',
    model: 'test',
    adaptive: true,
    concurrency: 8,
    scheduler,
    capabilities: { streaming: true, enforcesSchema: false },
    complete: () => answers[number++] ?? answers.at(-1) ?? NEVER,
  });
}

function limitsIn(events: readonly LlmEvent[]): readonly number[] {
  return events.flatMap((event) => (event.type === 'concurrency' ? [event.limit] : []));
}

test('each change of an adaptive gate is reported once, also where requests overlap', () => {
  const scheduler = new VirtualTimeScheduler();
  const provider = scripted(scheduler, busy, busy, busy, answer);
  const events: LlmEvent[] = [];
  const prompts = Array.from({ length: 12 }, (_, number) => [`${number}`]);

  of(...prompts)
    .pipe(toBatchPrompt(), callLLM(provider, { scheduler, events: { next: (event) => events.push(event) } }))
    .subscribe();
  scheduler.flush();

  const changes = limitsIn(events);
  expect(changes[0]).toBe(4);
  expect(changes).toEqual(changes.filter((limit, at) => limit !== changes[at - 1]));
  expect(changes.at(-1)).toBe(provider.gate.limit);
});

test('a source of jitter that throws ends the request, with a failure like any other', async () => {
  const provider = scripted(new VirtualTimeScheduler(), busy);
  const random = (): number => {
    throw new Error('no dice');
  };

  const chunks = await lastValueFrom(of(['a']).pipe(toBatchPrompt(), callLLM(provider, { random }), toArray()));

  expect(chunks).toMatchObject([
    { done: true, error: { code: 'bad_request', kind: 'final', message: 'the request cannot be sent: no dice' } },
  ]);
});

describe('a request that is let go on the wire', () => {
  const price = { inputPerMillion: 1e6, outputPerMillion: 1e6 };

  /** Asks for some records, each alone, of a provider that says this and nothing more. */
  const askHanging = (said: Observable<CompletionEvent>, options: CallLLMOptions<string>) => {
    const scheduler = new VirtualTimeScheduler();
    const provider = createProvider({
      name: 'test',
      model: 'test',
      concurrency: 1,
      scheduler,
      capabilities: { streaming: true, enforcesSchema: false },
      complete: () => concat(said, NEVER),
    });
    const events: LlmEvent[] = [];
    const chunks: ReplyChunk<string>[] = [];
    const subscription = of(['a'], ['b'], ['c'])
      .pipe(
        toBatchPrompt({ scheduler }),
        callLLM(provider, {
          price,
          scheduler,
          events: { next: (event) => events.push(event) },
          ...options,
        }),
      )
      .subscribe((chunk) => chunks.push(chunk));
    scheduler.maxFrames = 1e7;
    return { scheduler, events, chunks, subscription };
  };
  const opened = of<CompletionEvent[]>({ type: 'open', status: 200 }, { type: 'text', text: '12345678' });

  test('by its deadline is reported once, with what it may have cost; and the requests that waited are not sent', () => {
    const { scheduler, events, chunks } = askHanging(opened, { deadlineMs: 300 });
    scheduler.flush();

    expect(events).toMatchObject([
      { type: 'attempt', error: 'deadline_exceeded', status: 200, latencyMs: 300, usageIsEstimate: true },
    ]);
    const [event] = events as AttemptEvent[];
    expect(event?.usage.inputTokens).toBeGreaterThan(0);
    expect(event?.usage.outputTokens).toBe(2);
    expect(event?.cost).toBe((event?.usage.inputTokens ?? 0) + 2);
    expect(chunks.filter(({ done }) => done).map(({ attempt }) => attempt)).toEqual([1, 0, 0]);
  });

  test('because nobody wants its answer is reported once, too', () => {
    const left = new Subject<unknown>();
    const abandonWhen = ({ indices }: BatchPrompt<string>) => (indices[0] === 0 ? left : of(0));
    const { scheduler, events } = askHanging(NEVER, { abandonWhen });
    scheduler.schedule(() => left.next(0), 10);
    scheduler.flush();

    expect(events[0]).toMatchObject({ type: 'attempt', error: 'abandoned', status: undefined, latencyMs: 10 });
    expect(events).toHaveLength(1);
    expect((events as AttemptEvent[])[0]?.cost).toBeGreaterThan(0);
  });

  test('by its subscriber is reported to nobody', () => {
    const { events, subscription } = askHanging(opened, { deadlineMs: 300 });
    subscription.unsubscribe();

    expect(events).toEqual([]);
  });

  test('counts against the budget', () => {
    const { scheduler, events, chunks } = askHanging(NEVER, { maxRetries: 20, maxCost: 60 });
    scheduler.flush();

    const attempts = events.filter(({ type }) => type === 'attempt') as AttemptEvent[];
    expect(attempts.length).toBeGreaterThan(0);
    expect(attempts.reduce((sum, { cost = 0 }) => sum + cost, 0)).toBeLessThanOrEqual(60);
    expect(chunks.map((chunk) => chunk.done && chunk.error?.code)).toEqual(Array(3).fill('budget_exhausted'));
  });
});

test('a fatal answer to the probe of an open circuit stops what waits, although the provider is alive', () => {
  const scheduler = new VirtualTimeScheduler();
  let sent = 0;
  const refused = new ProviderError('no', { kind: 'fatal', code: 'unauthorized', status: 401 });
  const broken = new ProviderError('down', { kind: 'retryable', code: 'server_error', status: 500 });
  const provider = createProvider({
    name: 'test',
    model: 'test',
    concurrency: 2,
    circuit: { minimumVolume: 1 },
    scheduler,
    capabilities: { streaming: true, enforcesSchema: false },
    complete: () => timer(1, scheduler).pipe(mergeMap(() => throwError(() => (++sent === 1 ? broken : refused)))),
  });
  const codes: unknown[] = [];

  of(['a'], ['b'], ['c'], ['d'])
    .pipe(
      concatMap((batch, number) => of(batch).pipe(delay(number === 1 ? 2 : 0, scheduler))),
      toBatchPrompt(),
      callLLM(provider, { scheduler, maxRetries: 0, onFatal: 'outcome' }),
    )
    .subscribe((chunk) => codes.push(chunk.done ? chunk.error?.code : 'text'));
  scheduler.flush();

  expect(codes).toEqual(['server_error', 'unauthorized', 'unauthorized', 'unauthorized']);
  expect(sent).toBe(2);
});
