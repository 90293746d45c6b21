import {
  filter,
  firstValueFrom,
  from,
  startWith,
  Subject as EventSource,
  Subscription,
  tap,
  VirtualTimeScheduler,
} from 'rxjs';
import { send } from '../../src/provider/send.js';
import { callLLM, type CallLLMOptions } from '../../operators/callLLM.js';
import { parseIndexed } from '../../operators/parseIndexed.js';
import { toBatchPrompt, type ToBatchPromptOptions } from '../../operators/toBatchPrompt.js';
import { json } from '../../src/reply/json.js';
import type { LlmEvent } from '../../src/types/events.js';
import type { Outcome } from '../../src/types/outcome.js';
import type { CompletionRequest } from '../../src/types/prompt.js';
import type { CompletionEvent, Provider } from '../../src/types/provider.js';
import type { ReplyChunk } from '../../src/types/reply.js';

export type Texts = readonly string[];

export interface AskOptions {
  readonly call?: CallLLMOptions;
  readonly prompt?: ToBatchPromptOptions<string>;
}

/** A pipeline that runs, and what has come out of it. */
export interface Asking {
  readonly chunks: readonly ReplyChunk<string>[];
  readonly outcomes: readonly Outcome<string, unknown>[];
  readonly events: readonly LlmEvent[];
  /** What the stream errored with; `undefined` if it did not. */
  readonly error: unknown;
  /** Resolves when the stream has ended, one way or the other. */
  readonly ended: Promise<Asking>;
  /** Resolves when so much of the replies' text has come. */
  reached(characters: number): Promise<void>;
  /** Resolves with the first event of that type. */
  event<Type extends LlmEvent['type']>(type: Type): Promise<Extract<LlmEvent, { type: Type }>>;
  stop(): void;
}

/** Starts to ask for some batches of texts, without retries unless `call` says so. */
export function start(
  provider: Provider,
  batches: readonly Texts[],
  { call = {}, prompt = {} }: AskOptions = {},
): Asking {
  const chunks: ReplyChunk<string>[] = [];
  const outcomes: Outcome<string, unknown>[] = [];
  const events: LlmEvent[] = [];
  const reported = new EventSource<LlmEvent>();
  const came = new EventSource<number>();
  const ended = Promise.withResolvers<Asking>();
  let error: unknown;
  reported.subscribe((event) => events.push(event));

  const subscription = new Subscription();

  const asking: Asking = {
    chunks,
    outcomes,
    events,
    get error() {
      return error;
    },
    ended: ended.promise,
    reached: async (characters) => {
      await firstValueFrom(
        came.pipe(
          startWith(textOf(asking).length),
          filter((length) => length >= characters),
        ),
      );
    },
    event: <Type extends LlmEvent['type']>(type: Type) =>
      new Promise<Extract<LlmEvent, { type: Type }>>((resolve) => {
        const check = (event: LlmEvent): void => {
          if (event.type === type) resolve(event as Extract<LlmEvent, { type: Type }>);
        };
        events.forEach(check);
        reported.subscribe(check);
      }),
    stop: () => {
      subscription.unsubscribe();
    },
  };
  const settings: CallLLMOptions = { maxRetries: 0, random: () => 0, ...call, events: reported };
  subscription.add(
    from(batches)
      .pipe(
        toBatchPrompt({ format: json(), ...prompt }),
        callLLM(provider, settings),
        tap((chunk) => {
          chunks.push(chunk);
          came.next(textOf(asking).length);
        }),
        parseIndexed({ events: reported }),
      )
      .subscribe({
        next: (outcome) => outcomes.push(outcome),
        error: (thrown: unknown) => {
          error = thrown;
          ended.resolve(asking);
        },
        complete: () => {
          ended.resolve(asking);
        },
      }),
  );
  return asking;
}

/** Asks for some batches of texts, and waits for the end. */
export async function ask(provider: Provider, batches: readonly Texts[], options?: AskOptions): Promise<Asking> {
  return start(provider, batches, options).ended;
}

/** What came of each record, in their order: its value, or the code of its error. */
export function results({ outcomes }: Asking): unknown[] {
  return outcomes.toSorted((one, other) => one.index - other.index).map(({ value, error }) => error?.code ?? value);
}

/** The failure of each prompt that failed. */
export function failures({ chunks }: Asking) {
  return chunks.flatMap((chunk) => (chunk.done && chunk.error !== null ? [chunk.error] : []));
}

/** The text of all chunks. */
export function textOf({ chunks }: Pick<Asking, 'chunks'>): string {
  return chunks.map((chunk) => ('text' in chunk ? chunk.text : '')).join('');
}

/** A request without a prompt around it. */
export function request(user: string, parts: Partial<CompletionRequest> = {}): CompletionRequest {
  return {
    system: undefined,
    messages: [{ role: 'user', content: user }],
    replySchema: undefined,
    maxOutputTokens: undefined,
    fields: {},
    ...parts,
  };
}

/** The provider, and all that it says while it answers. */
export function overheard(provider: Provider): {
  readonly provider: Provider;
  readonly said: EventSource<CompletionEvent>;
} {
  const said = new EventSource<CompletionEvent>();
  const watched: Provider = {
    ...provider,
    complete: (asked) => provider.complete(asked).pipe(tap((event) => said.next(event))),
    send: (sending, settings) => send(watched, sending, settings),
  };
  return { said, provider: watched };
}

/** Time that moves only when a test moves it. */
export class HandClock extends VirtualTimeScheduler {
  advance(ms: number): void {
    this.maxFrames = this.frame + ms;
    this.flush();
    this.frame = this.maxFrames;
  }
}
