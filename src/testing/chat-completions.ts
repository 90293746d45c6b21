import { askedRecords, type ChatMessage, chatMessages } from './chat-request.js';
import { decideReply, type PromptCount } from './completion.js';
import { type Exchange, MAX_BODY_BYTES } from './exchange.js';
import type { Fault, FaultRule, StatusFault } from './fault.js';
import { fieldAt, type JsonObject, parseJsonObject } from './json.js';
import { waitForAbort, waitUntil } from './latency.js';
import * as errors from './openai-error.js';
import type { Settings } from './options.js';
import type { RateLimits } from './rate-limit.js';
import type { RequestLog } from './request-log.js';
import { sendStream, sendWhole } from './send-reply.js';
import { type PromptCache, promptTokens } from './tokens.js';

/** What all chat requests of a server share. */
export interface ChatState {
  readonly settings: Settings;
  readonly log: RequestLog;
  readonly limits: RateLimits;
  readonly cache: PromptCache;
  /** Set anew whenever a test wants another. */
  fault: FaultRule | undefined;
}

/** `POST /v1/chat/completions`: remembers the request, then fails, refuses or answers it. */
export async function chatCompletions(exchange: Exchange, state: ChatState): Promise<void> {
  const text = await exchange.readBody();
  exchange.signal.throwIfAborted();
  const body = text === null ? null : parseJsonObject(text);
  const messages = body === null ? null : chatMessages(body);
  exchange.log = state.log.open({
    body: body ?? {},
    headers: exchange.requestHeaders(),
    records: messages === null ? [] : askedRecords(messages),
  });
  const fault = state.fault?.(exchange.log.seen);
  if (await failAtOnce(exchange, fault)) return;

  const refusal = keyError(exchange, state.settings) ?? (text === null ? errors.bodyTooLarge(MAX_BODY_BYTES) : null);
  if (refusal !== null) exchange.sendError(refusal);
  else if (body === null) exchange.sendError(errors.bodyUnreadable());
  else if (messages === null) exchange.sendError(errors.parameterMissing('messages'));
  else await answer(exchange, state, messages, fault);
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

function sendStatus(exchange: Exchange, { status, headers = {}, body }: StatusFault): void {
  if (typeof body !== 'string') {
    exchange.sendJson(status, body ?? errors.statusFault(status).body, headers);
    return;
  }
  const type = body.startsWith('<') ? 'text/html; charset=utf-8' : 'text/plain; charset=utf-8';
  exchange.send(status, { 'content-type': type, ...headers }, body);
}

/** What is wrong with the client's key; `null` if nothing is. */
export function keyError(exchange: Exchange, { apiKey }: Settings): errors.ErrorResponse | null {
  if (apiKey === null) return null;
  const key = exchange.key();
  if (key === null) return errors.keyMissing();
  return apiKey === undefined || key === apiKey ? null : errors.keyWrong();
}

async function answer(
  exchange: Exchange,
  state: ChatState,
  messages: readonly ChatMessage[],
  fault: Fault | undefined,
): Promise<void> {
  const { settings } = state;
  const request = exchange.log?.seen;
  if (request === undefined) return;
  const tokens = promptTokens(messages);
  const refusal = bodyError(request.body, settings, tokens.length) ?? limitError(state.limits, tokens.length);
  exchange.addHeaders(state.limits.headers());
  if (refusal !== null) {
    exchange.sendError(refusal);
    return;
  }
  const prompt: PromptCount = { tokens: tokens.length, cached: state.cache.cachedTokens(tokens) };
  exchange.log?.inputTokens(prompt.tokens);
  const startsAt = performance.now() + (fault?.kind === 'delay' ? fault.ms : 0);
  const dispatch = {
    reply: decideReply(request, messages, settings, fault),
    prompt,
    persona: settings.persona,
    fault,
    startsAt,
    durationMs: settings.latency(request.records.length) * settings.timeScale,
  };
  if (request.body.stream !== true) return sendWhole(exchange, dispatch);
  await waitUntil(startsAt, exchange.signal);
  return sendStream(exchange, dispatch, {
    withUsage: fieldAt(request.body, 'stream_options', 'include_usage') === true,
    deltaCharacters: settings.deltaCharacters,
  });
}

function bodyError(body: JsonObject, settings: Settings, tokens: number): errors.ErrorResponse | null {
  const model = body.model;
  if (typeof model !== 'string') return errors.parameterMissing('model');
  if (settings.models?.includes(model) === false) return errors.modelUnknown(model);
  if ((body.n ?? 1) !== 1) return errors.notInStandIn('n');
  if (Array.isArray(body.tools) && body.tools.length > 0) return errors.notInStandIn('tools');
  return tokens > settings.contextTokens ? errors.contextTooLong(settings.contextTokens, tokens) : null;
}

function limitError(limits: RateLimits, tokens: number): errors.ErrorResponse | null {
  const excess = limits.take(tokens);
  return excess === null ? null : errors.limitReached(excess);
}
