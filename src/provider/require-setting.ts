/** @throws TypeError naming the setting, if it is missing or empty; its value is never shown, it may be a key */
export function requireSetting(name: string, value: unknown): asserts value is string {
  if (typeof value !== 'string' || value.trim() === '') throw new TypeError(`${name} must be a text that is not empty`);
}
