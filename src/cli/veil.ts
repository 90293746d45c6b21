/** Takes secrets out of a message. */
export type Veil = (message: string) => string;

/** What is shorter is no key, and would tear holes into every message. */
const SHORTEST = 8;

/** @param secrets - the key, and what came from the environment: it may be a key, wherever it was put */
export function createVeil(secrets: readonly (string | undefined)[]): Veil {
  const hidden = secrets.filter((secret) => secret !== undefined && secret.length >= SHORTEST) as string[];
  return (message) => hidden.reduce((clean, secret) => clean.replaceAll(secret, '[secret]'), message);
}
