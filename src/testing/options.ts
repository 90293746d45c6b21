import { requireAtLeast, requireInteger } from '../flow/require.js';
import type { RecordId } from '../types/prompt.js';
import type { FaultRule, StandInRequest } from './fault.js';
import { type JobOptions, type JobSettings, jobSettingsOf } from './job/job-options.js';
import { latencyMs } from './latency.js';
import { lexiconSentiment } from './lexicon.js';
import type { LimitClaim } from './rate-limit.js';

/** What an answer may depend on besides the record's text. */
export interface AnswerContext {
  /** What the prompt calls the record; `null` in a batch of one. */
  readonly id: RecordId | null;
  /** The record's place in its prompt, from 0. */
  readonly position: number;
  readonly request: StandInRequest;
}

/** What the rate-limit headers of one answer say in place of the truth; `undefined` leaves them as they are. */
export type LimitRule = (request: StandInRequest) => LimitClaim | undefined;

/** The answer to one record, as it is to stand in the reply's JSON. */
export type AnswerRule = (text: string, context: AnswerContext) => unknown;

/** Options of {@link createStandInServer}. */
export interface StandInOptions {
  /** TCP port on 127.0.0.1; 0 takes a free one. @defaultValue 0 */
  readonly port?: number;
  /** The key that clients must send; `null` asks for none. @defaultValue any key will do, but there must be one */
  readonly apiKey?: string | null | undefined;
  /** Models that exist (at Azure: deployments); any other is answered with 404. @defaultValue every name is taken */
  readonly models?: readonly string[] | undefined;
  /** Most tokens of a prompt, an integer from 1; more is answered with 400, in the service's words. @defaultValue Infinity */
  readonly contextTokens?: number;
  /**
   * Requests a minute, finite and above 0: so many at once, and then as many as come in at that rate. More are answered with 429 and
   * `retry-after`. @defaultValue 1000000
   */
  readonly requestsPerMinute?: number;
  /** Prompt tokens a minute, finite and above 0, in the same way. A prompt with more tokens than that never passes. @defaultValue 1e9 */
  readonly tokensPerMinute?: number;
  /**
   * What the rate-limit headers say: a limit that is exhausted, for example, without an answer of 429. Asked for each
   * request that gets as far as the limits. @defaultValue how it is
   */
  readonly rateLimit?: LimitRule | undefined;
  /** The answer to each record. @defaultValue {@link lexiconSentiment} */
  readonly answer?: AnswerRule | undefined;
  /** Milliseconds that a request with that many records takes. @defaultValue {@link latencyMs} */
  readonly latency?: (records: number) => number;
  /** What `latency` is multiplied by, from 0; with 0 answers come at once. @defaultValue 1 */
  readonly timeScale?: number;
  /** Most characters in a delta of a streamed reply, an integer from 1. @defaultValue 4 */
  readonly deltaCharacters?: number;
  /** What goes wrong with which request; can be set later, too. @defaultValue nothing */
  readonly fault?: FaultRule | undefined;
  /** Requests that are remembered, and calls about jobs, an integer from 0; the oldest are forgotten. @defaultValue 10000 */
  readonly keepRequests?: number;
  /** Batch jobs: their time, their order, their limits and what goes wrong with them. @defaultValue as the services do it, in a second */
  readonly jobs?: JobOptions;
}

/** Options that are all decided. */
export interface Settings extends Required<StandInOptions> {
  readonly answer: AnswerRule;
  readonly jobs: JobSettings;
  readonly persona: Persona;
}

/** What the server says that it is. */
export interface Persona {
  /** `model` in its answers. */
  readonly model: string;
  /** `system_fingerprint`, and the header `x-stand-in`. */
  readonly claim: string;
}

const LEXICON: Persona = { model: 'vader-lexicon', claim: 'lexicon, not a language model' };
const OWN_ANSWERS: Persona = { model: 'stand-in', claim: 'stand-in, not a language model' };

/** @throws RangeError naming the option, its rule and the value */
export function settingsOf(options: StandInOptions): Settings {
  const settings: Settings = {
    port: options.port ?? 0,
    apiKey: options.apiKey,
    models: options.models,
    contextTokens: options.contextTokens ?? Infinity,
    requestsPerMinute: options.requestsPerMinute ?? 1_000_000,
    tokensPerMinute: options.tokensPerMinute ?? 1e9,
    rateLimit: options.rateLimit,
    answer: options.answer ?? lexiconSentiment,
    latency: options.latency ?? latencyMs,
    timeScale: options.timeScale ?? 1,
    deltaCharacters: options.deltaCharacters ?? 4,
    fault: options.fault,
    keepRequests: options.keepRequests ?? 10_000,
    jobs: jobSettingsOf(options.jobs ?? {}),
    persona: options.answer === undefined ? LEXICON : OWN_ANSWERS,
  };
  requireInteger('contextTokens', settings.contextTokens, 1);
  requireInteger('deltaCharacters', settings.deltaCharacters, 1);
  requireInteger('keepRequests', settings.keepRequests, 0);
  requireAboveZero('requestsPerMinute', settings.requestsPerMinute);
  requireAboveZero('tokensPerMinute', settings.tokensPerMinute);
  requireAtLeast('timeScale', settings.timeScale, 0);
  return settings;
}

function requireAboveZero(option: string, value: number): void {
  if (!(value > 0 && value < Infinity))
    throw new RangeError(`${option} must be a finite number above 0; got ${String(value)}`);
}
