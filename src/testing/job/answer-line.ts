import { randomUUID } from 'node:crypto';
import { requestError, type ServerState } from '../answer-request.js';
import { askedRecords } from '../chat-request.js';
import { decideReply } from '../decide-reply.js';
import type { Fault, JobLine, StandInRequest } from '../fault.js';
import type { JsonObject } from '../json.js';
import type { Settings } from '../options.js';
import { countTokens } from '../../prompt/count-tokens.js';
import { type PromptTokens, promptTokens } from '../tokens.js';
import type { ErrorResponse, Wire } from '../wire/wire.js';

/** A request in a job. */
export interface Line {
  readonly wire: Wire;
  /** The path that it would be sent to by itself. */
  readonly path: string;
  readonly body: JsonObject;
  /** Its place in the job, from 1. */
  readonly number: number;
  readonly job: JobLine;
}

export interface LineAnswer {
  readonly requestId: string;
  /** Status of the response; `null` if the request never got one. */
  readonly status: number | null;
  readonly body: unknown;
  /** How long it takes, in milliseconds that `timeScale` applies to, and in others. */
  readonly latencyMs: number;
  readonly delayMs: number;
  readonly inputTokens: number;
  readonly cachedTokens: number;
  readonly outputTokens: number;
}

/** The records that a line asks for. */
export function lineRecords({ wire, body }: Pick<Line, 'wire' | 'body'>): StandInRequest['records'] {
  const messages = wire.messages(body);
  return messages === null ? [] : askedRecords(messages);
}

/** Answers a request of a job as if it had come by itself, but for keys and rate limits: jobs have limits of their own. */
export function answerLine(line: Line, state: ServerState): LineAnswer {
  const { wire, path, body, number, job } = line;
  const request: StandInRequest = { number, path, body, headers: {}, records: lineRecords(line), job };
  try {
    const fault = state.fault?.(request);
    return failedByFault(wire, fault) ?? answered(line, state, { request, fault });
  } catch (error) {
    return refused(wire.errors.ruleFailed(error));
  }
}

function failedByFault(wire: Wire, fault: Fault | undefined): LineAnswer | null {
  switch (fault?.kind) {
    case 'status': {
      const answer = refused(wire.errors.statusFault(fault.status));
      return { ...answer, status: fault.status, body: fault.body ?? answer.body };
    }
    case 'reset':
    case 'cut':
    case 'hang':
    case 'stall':
      return { ...NOTHING, requestId: newRequestId(), status: null, body: null };
    default:
      return null;
  }
}

interface Question {
  readonly request: StandInRequest;
  readonly fault: Fault | undefined;
}

function answered(line: Line, state: ServerState, { request, fault }: Question): LineAnswer {
  const { wire, body } = line;
  const { settings } = state;
  const messages = wire.messages(body);
  if (messages === null) return refused(wire.bodyError(body) ?? wire.errors.parameterMissing(wire.promptField));
  const prompt = promptTokens(messages);
  const refusal = lineError(line, settings, prompt);
  if (refusal !== null) return refused(refusal);

  const requestId = newRequestId();
  const asked = { request, messages, schema: wire.schema(body), maxTokens: wire.maxTokens(body) };
  const reply = decideReply(asked, settings, fault);
  const count = state.caches[wire.caching].count(prompt);
  const answer = { reply, prompt: count, persona: settings.persona, body, requestId };
  return {
    requestId,
    status: 200,
    body: fault?.kind === 'errorInStream' ? wire.failed(answer, fault) : wire.whole(answer),
    latencyMs: settings.latency(request.records.length),
    delayMs: fault?.kind === 'delay' ? fault.ms : 0,
    inputTokens: count.tokens,
    cachedTokens: count.cached,
    outputTokens: countTokens(reply.segments.join('')),
  };
}

function lineError({ wire, path, body }: Line, settings: Settings, prompt: PromptTokens): ErrorResponse | null {
  if (body.stream === true) return wire.errors.notInStandIn('stream');
  const head = { wire, method: 'POST', path, query: new URLSearchParams(), header: () => undefined };
  return requestError(head, settings, body, prompt);
}

const NOTHING = { latencyMs: 0, delayMs: 0, inputTokens: 0, cachedTokens: 0, outputTokens: 0 };

function refused(error: ErrorResponse): LineAnswer {
  const requestId = newRequestId();
  return { ...NOTHING, requestId, status: error.status, body: error.body(requestId) };
}

function newRequestId(): string {
  return `req_${randomUUID().replaceAll('-', '')}`;
}

/** True for an answer that the service counts as a success, whatever its body says. */
export function isSuccess({ status }: LineAnswer): boolean {
  return status !== null && status >= 200 && status < 300;
}
