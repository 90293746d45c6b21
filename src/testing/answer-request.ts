import { askedRecords, type ChatMessage } from './chat-request.js';
import { decideReply } from './decide-reply.js';
import { type Exchange, MAX_BODY_BYTES } from './exchange.js';
import type { Fault, FaultRule, StandInRequest, StatusFault } from './fault.js';
import type { JobBook } from './job/job-book.js';
import { type JsonObject, parseJsonObject } from './json.js';
import { waitForAbort, waitUntil } from './latency.js';
import type { Settings } from './options.js';
import type { Caching, PromptCache } from './prompt-cache.js';
import { claimed, type RateLimits } from './rate-limit.js';
import type { RequestLog } from './request-log.js';
import { type Dispatch, sendStream, sendWhole } from './send-reply.js';
import { type PromptTokens, promptTokens } from './tokens.js';
import type { ErrorResponse, RequestHead, Wire } from './wire/wire.js';

/** What all requests of a server share. */
export interface ServerState {
  readonly settings: Settings;
  readonly log: RequestLog;
  readonly limits: RateLimits;
  readonly caches: Readonly<Record<Caching, PromptCache>>;
  readonly jobs: JobBook;
  /** Set anew whenever a test wants another. */
  fault: FaultRule | undefined;
}

/** A request to a model, in the API that its exchange speaks: remembers the request, then fails, refuses or answers it. */
export async function answerRequest(exchange: Exchange, state: ServerState): Promise<void> {
  const { wire } = exchange;
  const text = await exchange.readBody();
  exchange.signal.throwIfAborted();
  const body = text === null ? null : parseJsonObject(text);
  const messages = body === null ? null : wire.messages(body);
  exchange.log = state.log.open({
    path: exchange.target,
    body: body ?? {},
    headers: exchange.requestHeaders(),
    records: messages === null ? [] : askedRecords(messages),
    job: null,
  });
  const fault = state.fault?.(exchange.log.seen);
  if (await failAtOnce(exchange, fault)) return;

  const refusal = keyError(exchange, state.settings) ?? wire.headError(exchange);
  if (refusal !== null) exchange.sendError(refusal);
  else if (text === null) exchange.sendError(wire.errors.bodyTooLarge(MAX_BODY_BYTES));
  else if (body === null) exchange.sendError(wire.errors.bodyUnreadable());
  else if (messages === null)
    exchange.sendError(wire.bodyError(body) ?? wire.errors.parameterMissing(wire.promptField));
  else await answer(exchange, state, { request: exchange.log.seen, messages, fault });
}

/** The faults that leave no reply at all. */
async function failAtOnce(exchange: Exchange, fault: Fault | undefined): Promise<boolean> {
  switch (fault?.kind) {
    case 'status':
      sendStatus(exchange, fault);
      return true;
    case 'reset':
      await exchange.break({ reset: true });
      return true;
    case 'hang':
      return waitForAbort(exchange.signal);
    default:
      return false;
  }
}

export function sendStatus(exchange: Exchange, { status, headers = {}, body }: StatusFault): void {
  if (typeof body !== 'string') {
    const usual = exchange.wire.errors.statusFault(status);
    exchange.sendJson(status, body ?? usual.body(exchange.requestId), headers);
    return;
  }
  const type = body.startsWith('<') ? 'text/html; charset=utf-8' : 'text/plain; charset=utf-8';
  exchange.send(status, { 'content-type': type, ...headers }, body);
}

/** What is wrong with the client's key; `null` if nothing is. */
export function keyError(exchange: Exchange, { apiKey }: Settings): ErrorResponse | null {
  if (apiKey === null) return null;
  const { wire } = exchange;
  const { errors } = wire;
  const sent = wire.key(exchange);
  if (sent === null || sent === '') return errors.keyMissing();
  return apiKey === undefined || sent === apiKey ? null : errors.keyWrong();
}

interface Question {
  readonly request: StandInRequest;
  readonly messages: readonly ChatMessage[];
  readonly fault: Fault | undefined;
}

async function answer(exchange: Exchange, state: ServerState, question: Question): Promise<void> {
  const { wire } = exchange;
  const { settings } = state;
  const { request, messages, fault } = question;
  if (fault?.kind === 'bytes') exchange.cutIntoBytes();
  const prompt = promptTokens(messages);
  const refusal = requestError(exchange, settings, request.body, prompt) ?? limitError(exchange, state, prompt);
  exchange.addHeaders(wire.limitHeaders(claimed(state.limits.states(), settings.rateLimit?.(request))));
  if (refusal !== null) {
    exchange.sendError(refusal);
    return;
  }
  const count = state.caches[wire.caching].count(prompt);
  exchange.log?.inputTokens(count.tokens);
  const startsAt = performance.now() + (fault?.kind === 'delay' ? fault.ms : 0);
  const { body } = request;
  const asked = { request, messages, schema: wire.schema(body), maxTokens: wire.maxTokens(body) };
  const reply = decideReply(asked, settings, fault);
  const dispatch: Dispatch = {
    wire,
    answer: { reply, prompt: count, persona: settings.persona, body, requestId: exchange.requestId },
    fault,
    startsAt,
    durationMs: settings.latency(request.records.length) * settings.timeScale,
  };
  if (body.stream !== true) return sendWhole(exchange, dispatch);
  await waitUntil(startsAt, exchange.signal);
  return sendStream(exchange, dispatch, settings.deltaCharacters);
}

/** What is wrong with a request that has messages; `null` if nothing is. */
export function requestError(
  head: RequestHead & { readonly wire: Wire },
  { models, contextTokens }: Settings,
  body: JsonObject,
  { tokens }: PromptTokens,
): ErrorResponse | null {
  const { wire } = head;
  const { errors } = wire;
  const model = wire.model(body, head);
  if (typeof model !== 'string') return errors.parameterMissing('model');
  if (models?.includes(model) === false) return errors.modelUnknown(model);
  return (
    wire.bodyError(body) ?? (tokens.length > contextTokens ? errors.contextTooLong(contextTokens, tokens.length) : null)
  );
}

function limitError({ wire }: Exchange, { limits }: ServerState, { tokens }: PromptTokens): ErrorResponse | null {
  const excess = limits.take(tokens.length);
  return excess === null ? null : wire.errors.limitReached(excess);
}
