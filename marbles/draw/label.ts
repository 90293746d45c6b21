import { ProviderError } from '../../src/types/provider.js';
import { literal } from './literal.js';

/** A value of an input as a label: a string as it is, an answer that is no reply as `!unauthorized`. */
export function seeGiven(value: unknown): string {
  if (typeof value === 'string') return value;
  if (value instanceof ProviderError) return `!${value.code}`;
  return literal(value);
}

const HUES = 6;

/**
 * The class that a label is coloured by: `bad` for an error (`!unauthorized`, `a!record_missing`); the hue of its record, prompt or job
 * where one letter stands for it (`a`, `a=good`, `P.stop#1`, `H completed`); else `plain`.
 */
export function tintOf(label: string): string {
  if (/![a-z_]+(#\d+|\))?$/.test(label)) return 'bad';
  const letter = /^([a-z])\d*(?=$|[=:.])/i.exec(label)?.[1] ?? /^([A-Z])(?= )/.exec(label)?.[1];
  if (letter === undefined) return 'plain';
  return `hue${(letter.toLowerCase().charCodeAt(0) - 'a'.charCodeAt(0)) % HUES}`;
}
