/**
 * What looks like a provider's key, whole or masked by the provider already, and what stands before the host in a URL. Each is
 * found in linear time: whole pages pass through here.
 */
const KEY = new RegExp(
  [
    String.raw`\b[sp]k[-_][\w*.-]{6,}`,
    String.raw`\b(?:key[-_]|Bearer )(?=\S{0,64}[\d*]|\S{20})[\w*.~+/-]{6,}`,
    String.raw`(?<![\w.-])[\w.-]*\*{3}[\w*.-]*`,
    String.raw`(?<=:\/\/)[^\s/@]+(?=@)`,
  ].join('|'),
  'g',
);

/** Takes secrets, and whatever looks like a key, out of a text. */
export function redact(text: string, secrets: readonly string[]): string {
  return secrets
    .filter((secret) => secret !== '')
    .sort((one, other) => other.length - one.length) // One secret may be the start of another.
    .reduce((clean, secret) => clean.replaceAll(secret, '[secret]'), text)
    .replace(KEY, '[secret]');
}

/** Shorter values of headers are flags and versions, which errors may name. */
const SHORTEST_HEADER_SECRET = 8;

/** What may be secret in the values of headers: each as a whole, and its parts (`Bearer …`, `session=…`). */
export function secretsIn(headerValues: Iterable<string>): readonly string[] {
  return [...headerValues]
    .flatMap((value) => [value, ...value.split(/[\s;,=]+/)])
    .filter(({ length }) => length >= SHORTEST_HEADER_SECRET);
}

/** The texts in headers, in whichever form an SDK takes them. */
export function textsIn(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  if (value instanceof Headers) return [...value.values()];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(textsIn) : [];
}
