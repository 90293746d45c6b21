import { requireInteger } from '../flow/require.js';
import type { EncodedRecord } from '../prompt/encoding.js';
import type { FaultRule } from './fault.js';

/** Options of {@link unusableAnswers}. */
export interface UnusableOptions {
  /** The chance of an answer to be unusable, from 0 to 1, by the number of records that the request asks for. */
  readonly chance: (records: number) => number;
  /** Whether all answers of a reply are unusable together, or each by itself. @defaultValue false */
  readonly together?: boolean;
  /** An integer from 0; another one draws otherwise. @defaultValue 0 */
  readonly seed?: number;
}

/**
 * A fault that spoils answers, as models do that are asked for too much at once: their value is `null`, in a reply that is well-formed
 * and paid. Which ones depends on the seed, the record's text and how often it was asked for, and on nothing else.
 *
 * @example
 * ```ts
 * server.fault = unusableAnswers({ chance: (records) => (0.7 * (records - 1)) / 19 });
 * ```
 *
 * @throws RangeError if `seed` is not an integer from 0
 */
export function unusableAnswers({ chance, together = false, seed = 0 }: UnusableOptions): FaultRule {
  requireInteger('seed', seed, 0);
  const times = new Map<string, number>();
  const draw = ({ text }: EncodedRecord): number => {
    const time = (times.get(text) ?? 0) + 1;
    times.set(text, time);
    return uniform(`${seed} ${time} ${text}`);
  };
  return ({ records }) => {
    const draws = records.map(draw);
    const limit = chance(records.length);
    const positions = [...records.keys()].filter((position) => (draws[together ? 0 : position] ?? 1) < limit);
    return { kind: 'unusable', positions };
  };
}

/** A number from 0 up to 1 that depends on a text alone: FNV-1a, and the finish of MurmurHash3 (Appleby, public domain). */
function uniform(text: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < text.length; at++) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return ((hash ^ (hash >>> 16)) >>> 0) / 2 ** 32;
}
