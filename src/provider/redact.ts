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

/** So many characters of a key in a row are no chance: providers name keys by their beginnings and ends. */
const FRAGMENT = 6;
/** What is made of letters and digits is random; what is not may share its words with any message. */
const RANDOM = /^(?=.*\d)(?=.*[a-z])[\w.+/=~-]{12,}$/i;

/** Stands for a secret until all are found: the word for it may itself be a part of one. */
const HIDDEN = '\0';

/** Takes secrets, their parts, and whatever looks like a key, out of a text. */
export function redact(text: string, secrets: readonly string[]): string {
  return shown(hide(text, secrets).replace(KEY, HIDDEN));
}

/** Takes secrets out of a text, and every part of those that are random. */
export function withoutSecrets(text: string, secrets: readonly string[]): string {
  return shown(hide(text, secrets));
}

function shown(text: string): string {
  return text.replaceAll(HIDDEN, '[secret]');
}

function hide(text: string, secrets: readonly string[]): string {
  return secrets
    .filter((secret) => secret !== '')
    .sort((one, other) => other.length - one.length) // One secret may be the start of another.
    .reduce((clean, secret) => {
      const rest = clean.replaceAll(secret, HIDDEN);
      return RANDOM.test(secret) ? withoutFragments(rest, secret) : rest;
    }, text);
}

function withoutFragments(text: string, secret: string): string {
  const fragments = new Set(
    Array.from({ length: secret.length - FRAGMENT + 1 }, (_, at) => secret.slice(at, at + FRAGMENT)),
  );
  const isPart = (end: number): boolean => fragments.has(text.slice(end - FRAGMENT, end));
  const kept: string[] = [];
  let last = 0;
  for (let end = FRAGMENT; end <= text.length; end++) {
    if (!isPart(end)) continue;
    kept.push(text.slice(last, end - FRAGMENT));
    while (end < text.length && isPart(end + 1)) end++;
    last = end;
    end += FRAGMENT - 1;
  }
  return [...kept, text.slice(last)].join(HIDDEN);
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
