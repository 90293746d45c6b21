import { requireAtLeast, requireInteger, requireOneOf } from '../../flow/require.js';
import type { CallFaultRule } from './call-fault.js';
import type { JobFaultRule } from './job-fault.js';

/** How the server runs jobs. */
export interface JobOptions {
  /**
   * Milliseconds from a job's creation to its end, from 0, times `timeScale`; a job takes at least as long as its slowest
   * request. `Infinity` leaves every step to `server.jobs`, and then nothing takes any time. @defaultValue 1000
   */
  readonly durationMs?: number;
  /** Order of the results: the services promise none. @defaultValue 'shuffled' */
  readonly order?: 'shuffled' | 'input';
  /** Seed of that order, an integer from 0; the same requests in a job of the same number come in the same order. @defaultValue 1 */
  readonly seed?: number;
  /** Most requests in a job, an integer from 1. @defaultValue 50000 at OpenAI, 100000 at Anthropic */
  readonly maxRequests?: number | undefined;
  /**
   * Most bytes of a job's input, an integer from 1. @defaultValue 209715200 at OpenAI (200 MB), 268435456 at Anthropic (256 MB)
   */
  readonly maxBytes?: number | undefined;
  /** What goes wrong with which job; can be set later, too. @defaultValue nothing */
  readonly fault?: JobFaultRule | undefined;
  /** What goes wrong with which call about files and jobs; can be set later, too. @defaultValue nothing */
  readonly callFault?: CallFaultRule | undefined;
}

/** Options that are all decided. */
export type JobSettings = Required<JobOptions>;

/** @throws RangeError naming the option, its rule and the value */
export function jobSettingsOf(options: JobOptions): JobSettings {
  const settings: JobSettings = {
    durationMs: options.durationMs ?? 1000,
    order: options.order ?? 'shuffled',
    seed: options.seed ?? 1,
    maxRequests: options.maxRequests,
    maxBytes: options.maxBytes,
    fault: options.fault,
    callFault: options.callFault,
  };
  requireAtLeast('jobs.durationMs', settings.durationMs, 0);
  requireOneOf('jobs.order', settings.order, ['shuffled', 'input']);
  requireInteger('jobs.seed', settings.seed, 0);
  if (settings.maxRequests !== undefined) requireInteger('jobs.maxRequests', settings.maxRequests, 1);
  if (settings.maxBytes !== undefined) requireInteger('jobs.maxBytes', settings.maxBytes, 1);
  return settings;
}
