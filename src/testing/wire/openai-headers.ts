import type { LimitStates } from '../rate-limit.js';
import type { Headers } from './wire.js';

export function openaiHeaders(requestId: string, ms: number): Headers {
  return { 'x-request-id': requestId, 'openai-processing-ms': String(Math.round(ms)) };
}

/** `x-ratelimit-…` (platform.openai.com/docs/guides/rate-limits, "Rate limits in headers"). */
export function openaiLimitHeaders(limits: LimitStates): Headers {
  const headers: Record<string, string> = {};
  for (const [kind, { limit, remaining, resetMs }] of Object.entries(limits)) {
    headers[`x-ratelimit-limit-${kind}`] = String(limit);
    headers[`x-ratelimit-remaining-${kind}`] = String(remaining);
    headers[`x-ratelimit-reset-${kind}`] = durationText(resetMs);
  }
  return headers;
}

/** A time as OpenAI writes it: `0s`, `120ms`, `8.64s`, `6m0s`. */
export function durationText(ms: number): string {
  const rounded = Math.ceil(ms);
  if (rounded === 0) return '0s';
  if (rounded < 1000) return `${rounded}ms`;
  if (rounded < 60_000) return `${rounded / 1000}s`;
  return `${Math.floor(rounded / 60_000)}m${(rounded % 60_000) / 1000}s`;
}
