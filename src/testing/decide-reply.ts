import type { EncodedRecord } from '../prompt/encoding.js';
import type { ChatMessage } from './chat-request.js';
import type { Fault, StandInRequest } from './fault.js';
import type { Settings } from './options.js';
import { replyLayout } from './reply-layout.js';
import { firstCharacters, replySegments } from './reply-text.js';
import { firstTokens } from './tokens.js';

/** A reply that has been decided, before any of it is sent. */
export interface Reply {
  /** Its text: segment k of n ends after k/n of the reply's time. */
  readonly segments: readonly string[];
  /** What the text is, and in some APIs the field that it stands in. */
  readonly field: 'content' | 'refusal';
  readonly finish: 'stop' | 'length' | 'content_filter';
}

/** What a request asks of its reply. */
export interface Asked {
  readonly request: StandInRequest;
  readonly messages: readonly ChatMessage[];
  /** The reply's JSON schema; anything else says nothing. */
  readonly schema: unknown;
  /** Most tokens of the reply; anything but a number is no limit. */
  readonly maxTokens: unknown;
}

/** Answers a request's records, and lets a fault or the request's token limit change the reply. */
export function decideReply(
  { request, messages, schema, maxTokens }: Asked,
  { answer }: Pick<Settings, 'answer'>,
  fault: Fault | undefined,
): Reply {
  if (fault?.kind === 'refusal') return { segments: [fault.message], field: 'refusal', finish: 'stop' };
  const { records } = request;
  const spoilt = fault?.kind === 'unusable' ? fault.positions : [];
  const answers = records.map(({ id, text }, position) =>
    spoilt.includes(position) ? null : answer(text, { id, position, request }),
  );
  const segments = rewrite(replySegments(replyLayout(schema, messages, records), records, answers), records, fault);
  const reply: Reply = { segments, field: 'content', finish: 'stop' };
  if (fault?.kind === 'finish')
    return { ...reply, segments: firstCharacters(segments, fault.characters), finish: fault.reason };
  return limitTokens(reply, maxTokens);
}

function rewrite(
  segments: readonly string[],
  records: readonly EncodedRecord[],
  fault: Fault | undefined,
): readonly string[] {
  return fault?.kind === 'reply' ? [fault.rewrite(segments.join(''), records)] : segments;
}

function limitTokens(reply: Reply, limit: unknown): Reply {
  if (typeof limit !== 'number') return reply;
  const text = reply.segments.join('');
  const kept = firstTokens(text, limit);
  if (kept === text) return reply;
  return { ...reply, segments: firstCharacters(reply.segments, Array.from(kept).length), finish: 'length' };
}
