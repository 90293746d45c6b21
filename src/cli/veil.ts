import { withoutSecrets } from '../provider/redact.js';

/** Takes secrets out of a message. */
export type Veil = (message: string) => string;

/** What is shorter is no key, and would tear holes into every message. */
const SHORTEST = 8;

/** @param secrets - the key, and what came from the environment: it may be a key, wherever it was put */
export function createVeil(secrets: readonly (string | undefined)[]): Veil {
  const hidden = secrets.filter(mayBeSecret);
  return (message) => withoutSecrets(message, hidden);
}

/** Whether a value of the environment is long enough to be a key. */
export function mayBeSecret(value: string | undefined): value is string {
  return value !== undefined && value.length >= SHORTEST;
}

/** Takes secrets out of all texts of a JSON value. */
export function veiled(value: unknown, veil: Veil): unknown {
  if (typeof value === 'string') return veil(value);
  if (Array.isArray(value)) return value.map((element) => veiled(element, veil));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, field]) => [veil(name), veiled(field, veil)]));
}
