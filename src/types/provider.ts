import type { Observable } from 'rxjs';
import type { Gate } from './gate.js';
import type { AnswerClass, ErrorCode } from './outcome.js';
import type { CompletionRequest } from './prompt.js';
import type { FinishReason, ReplyChunk, Usage } from './reply.js';
import type { Sending, SendOptions, SendSettings, StreamSettings } from './sending.js';

/** What a provider says while it answers, in this order: `open`, any `text` and `alive`, one `finish`. */
export type CompletionEvent =
  /** The response's headers are there. */
  | {
      readonly type: 'open';
      readonly status: number;
      /** How long nothing more may be sent, in milliseconds, as the headers tell: a limit is used up. */
      readonly holdMs?: number | undefined;
      /** Takes what was secret in the request out of a text, for what errors quote of the reply. @defaultValue what looks like a key */
      readonly redact?: ((text: string) => string) | undefined;
    }
  /** The next piece of the reply's text. */
  | { readonly type: 'text'; readonly text: string }
  /** A sign of life without text (a comment in the stream, say): it ends a silence. */
  | {
      readonly type: 'alive';
      /** What the answer is if nothing more comes of it: an error, while its body is read. @defaultValue a timeout */
      readonly failure?: (() => ProviderError) | undefined;
    }
  | { readonly type: 'finish'; readonly reason: FinishReason; readonly usage: Usage | null };

/** What a provider can do, as far as the operators care. */
export interface ProviderCapabilities {
  /** The reply's text arrives in pieces. */
  readonly streaming: boolean;
  /** The provider makes the model keep to `replySchema`, so an index outside its `enum` cannot appear. */
  readonly enforcesSchema: boolean;
}

/** What answers requests, one by one: a provider without the way in which requests reach it. */
export interface Completer {
  /** For events and messages: `openai`, `http` … */
  readonly name: string;
  readonly model: string;
  readonly capabilities: ProviderCapabilities;
  /** Permits and holds that all pipelines on this provider share. */
  readonly gate: Gate;
  /**
   * Sends one request on subscription, once, without retries; unsubscribing aborts it on the wire.
   * Fails with a {@link ProviderError}.
   */
  complete(request: CompletionRequest): Observable<CompletionEvent>;
}

/** A language model behind HTTP, or anything that answers like one. `createProvider` of `rxjs-llm/provider` makes one. */
export interface Provider extends Completer {
  /**
   * Sends a prompt through the gate, and again while it fails in a way that may pass and no text has come. Emits the text and then
   * exactly one last chunk; never errors.
   */
  send<T>(sending: Sending<T>, settings: SendSettings): Observable<ReplyChunk<T>>;
  /**
   * Checks how a stream wants its requests to be sent, and decides what it left open.
   *
   * @throws RangeError if an option is out of its range
   */
  sendSettings(options: SendOptions): StreamSettings;
}

/** Options of {@link ProviderError}. */
export interface ProviderErrorOptions {
  /** Whether it may pass, is this request's alone, or would befall every request. */
  readonly kind: AnswerClass;
  /** What went wrong: one of the codes of outcomes. */
  readonly code: ErrorCode;
  /** HTTP status. @defaultValue none: there was no response */
  readonly status?: number | undefined;
  /** How long the provider asks to be left alone, in milliseconds. @defaultValue it does not say */
  readonly retryAfterMs?: number | undefined;
  /** True if the request has not reached the provider: it costs nothing. @defaultValue false */
  readonly unsent?: boolean | undefined;
  /** What it was thrown for. @defaultValue none */
  readonly cause?: unknown;
}

/** A request that got no reply, or a broken one. */
export class ProviderError extends Error {
  override readonly name = 'ProviderError';
  readonly kind: AnswerClass;
  readonly code: ErrorCode;
  /** HTTP status, where there was a response. */
  readonly status: number | undefined;
  /** How long the provider asks to be left alone, in milliseconds. */
  readonly retryAfterMs: number | undefined;
  /** True if the request has not reached the provider. */
  readonly unsent: boolean;

  constructor(message: string, options: ProviderErrorOptions) {
    super(message, { cause: options.cause });
    this.kind = options.kind;
    this.code = options.code;
    this.status = options.status;
    this.retryAfterMs = options.retryAfterMs;
    this.unsent = options.unsent ?? false;
  }
}

/** What a {@link ProviderFactory} connects with. */
export interface ConnectionSettings {
  readonly model: string;
  readonly apiKey: string | undefined;
  readonly baseUrl: string | undefined;
  /** Most requests in flight. */
  readonly concurrency: number | undefined;
  /** Whether the concurrency adapts to the provider's overload. */
  readonly adaptive?: boolean | undefined;
  readonly requestsPerMinute?: number | undefined;
  readonly tokensPerMinute?: number | undefined;
  /** `auto` and `json_schema` send the reply's schema, `json_object` asks for any JSON object, `off` for nothing. */
  readonly structured: 'auto' | 'json_schema' | 'json_object' | 'off';
}

/** Makes a provider from options: what `provider: 'openai'` in a model file stands for. */
export interface ProviderFactory {
  readonly name: string;
  /** @throws TypeError naming the option that is missing or wrong. */
  connect(settings: ConnectionSettings): Provider;
}
