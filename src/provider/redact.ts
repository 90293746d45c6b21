/** What looks like a provider's key, whole or already masked by the provider in the middle. */
const KEY = /\b(?:sk|pk|key|Bearer)[-_ ][\w*.-]{6,}/g;

/** Takes secrets, and whatever looks like a key, out of a text. */
export function redact(text: string, secrets: readonly string[]): string {
  return secrets
    .filter((secret) => secret !== '')
    .reduce((clean, secret) => clean.replaceAll(secret, '[secret]'), text)
    .replace(KEY, '[secret]');
}
