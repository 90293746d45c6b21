import {
  concat,
  defer,
  lastValueFrom,
  map,
  type Observable,
  of,
  range,
  Subject,
  take,
  tap,
  throwError,
  toArray,
} from 'rxjs';
import { expect, test } from 'vitest';
import { callLLM, type CallLLMOptions } from '../../operators/callLLM.js';
import { toBatchPrompt } from '../../operators/toBatchPrompt.js';
import { createProvider } from '../../src/provider/create-provider.js';
import type { LlmEvent } from '../../src/types/events.js';
import { type CompletionEvent, ProviderError } from '../../src/types/provider.js';
import type { ReplyChunk } from '../../src/types/reply.js';

const open: CompletionEvent = { type: 'open', status: 200 };
const text: CompletionEvent = { type: 'text', text: '{' };
const broken = throwError(() => new ProviderError('gone', { kind: 'retryable', code: 'connection_error' }));

/** Asks for one record, of a provider that gives all of its answer while it is subscribed. */
function asking(complete: () => Observable<CompletionEvent>, options: CallLLMOptions = {}) {
  const provider = createProvider({
    name: 'test',
    model: 'test',
    capabilities: { streaming: true, enforcesSchema: false },
    complete,
  });
  const events: LlmEvent[] = [];
  const chunks: Observable<ReplyChunk<string>> = of(['a']).pipe(
    toBatchPrompt<string>(),
    callLLM(provider, { ...options, events: { next: (event) => events.push(event) } }),
  );
  return { provider, chunks, events };
}

test('an answer that would go on for long stops as soon as nobody listens', async () => {
  let given = 0;
  const long = range(0, 1_000_000).pipe(
    map(() => text),
    tap(() => given++),
  );
  const { provider, chunks } = asking(() => long);

  expect(await lastValueFrom(chunks.pipe(take(2), toArray()))).toHaveLength(2);
  expect(given).toBeLessThan(10);
  expect(provider.gate.inFlight).toBe(0);
});

test('a request that is let go while it is answered is counted once, and ends once', async () => {
  const left = new Subject<void>();
  const letGo = defer(() => {
    left.next();
    return broken;
  });
  const { provider, chunks, events } = asking(() => concat(of(open, text), letGo), { abandonWhen: () => left });

  expect(await lastValueFrom(chunks.pipe(toArray()))).toMatchObject([
    { done: false, text: '{' },
    { done: true, error: { code: 'abandoned', interrupted: true } },
  ]);
  expect(events).toMatchObject([{ type: 'attempt', error: 'abandoned' }]);
  expect(provider.gate.inFlight).toBe(0);
});

test('what a provider says without the words is its own mistake, and ends one request', async () => {
  const odd = { type: 'text' } as CompletionEvent;
  const { chunks, events } = asking(() => of(open, odd));

  expect(await lastValueFrom(chunks.pipe(toArray()))).toMatchObject([
    {
      done: true,
      error: { code: 'bad_request', kind: 'final', message: expect.stringMatching(/^the provider threw: /) as string },
    },
  ]);
  expect(events).toMatchObject([{ type: 'attempt', error: 'bad_request' }]);
});

test('what nobody wants from the beginning is not sent', async () => {
  let sent = 0;
  const count = defer(() => {
    sent++;
    return of(open, text);
  });
  const { chunks } = asking(() => count, { abandonWhen: () => of(true) });

  expect(await lastValueFrom(chunks.pipe(toArray()))).toMatchObject([{ done: true, error: { code: 'abandoned' } }]);
  expect(sent).toBe(0);
});
