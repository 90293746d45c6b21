import { asyncScheduler } from 'rxjs';
import { DEFAULT_BACKOFF } from '../flow/backoff.js';
import { createReporter } from '../flow/reporter.js';
import { requireAtLeast, requireDelay, requireInteger, requireOneOf } from '../flow/require.js';
import { createTimeouts } from './timeouts.js';
import type { SendOptions, StreamSettings } from '../types/sending.js';

/**
 * Checks how a stream wants its requests to be sent, and decides what it left open.
 *
 * @throws RangeError if an option is out of its range
 */
export function sendSettings(options: SendOptions): StreamSettings {
  const { maxRetries = 3, timeoutMs = 30_000, totalTimeoutMs = 300_000, priority = 'fresh' } = options;
  const { whenOpen = 'wait', concurrency, price, events, random = Math.random, scheduler = asyncScheduler } = options;
  const { maxWaiting = Infinity, deadlineMs = Infinity, maxCost = Infinity } = options;
  const backoff = { ...DEFAULT_BACKOFF, ...options.backoff };
  requireInteger('maxRetries', maxRetries, 0);
  requireDelay('timeoutMs', timeoutMs, 1);
  requireDelay('totalTimeoutMs', totalTimeoutMs, 1);
  if (concurrency !== undefined) requireInteger('concurrency', concurrency, 1);
  requireInteger('maxWaiting', maxWaiting, 1);
  requireDelay('deadlineMs', deadlineMs, 1);
  requireAtLeast('maxCost', maxCost, 0);
  requireOneOf('priority', priority, ['recovery', 'retry', 'fresh']);
  requireOneOf('whenOpen', whenOpen, ['wait', 'fail']);
  return {
    maxRetries,
    backoff,
    timeouts: createTimeouts({ silenceMs: timeoutMs, totalMs: totalTimeoutMs }, scheduler),
    concurrency,
    maxWaiting,
    deadlineMs,
    maxCost,
    priority,
    whenOpen,
    price,
    random,
    scheduler,
    report: createReporter(events),
  };
}
