import { lastValueFrom, NEVER, type Observable, of, throwError, toArray, VirtualTimeScheduler } from 'rxjs';
import { expect, test } from 'vitest';
import { callLLM } from '../../operators/callLLM.js';
import { toBatchPrompt } from '../../operators/toBatchPrompt.js';
import { createProvider } from '../../src/provider/create-provider.js';
import type { LlmEvent } from '../../src/types/events.js';
import { type CompletionEvent, type Provider, ProviderError } from '../../src/types/provider.js';

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
