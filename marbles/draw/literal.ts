/** An option's value as it would be written in code: `{ maxCount: 3, weight: length }`. */
export function literal(value: unknown): string {
  if (typeof value === 'string') return `'${value.replace(/['\\]/g, '\\$&').replaceAll('\n', '\\n')}'`;
  if (typeof value === 'number') return grouped(value);
  if (typeof value === 'function') return value.name;
  if (Array.isArray(value)) return `[${value.map(literal).join(', ')}]`;
  if (typeof value !== 'object' || value === null) return String(value);
  const type = typeOf(value);
  return type === 'Object' ? fields(value) || '{}' : `${type}()`;
}

/** An object's fields in braces, after these names: `{ jobs, intervalMs: 4 }`; `''` if there is none. */
export function fields(object: object, names: readonly string[] = []): string {
  const written = Object.entries(object).flatMap(([key, value]) => {
    if (value === undefined) return [];
    const text = literal(value);
    return [text === key ? key : `${key}: ${text}`];
  });
  const all = [...names, ...written];
  return all.length === 0 ? '' : `{ ${all.join(', ')} }`;
}

/** The class of an object; the name of one that is made of functions, as a format is. */
function typeOf(value: object): string {
  const made = 'name' in value && Object.values(value).some((field) => typeof field === 'function');
  return made ? String(value.name) : value.constructor.name;
}

/** `3_600_000`; up to four digits as they are. */
function grouped(value: number): string {
  return Math.abs(value) < 10_000 ? String(value) : String(value).replace(/\B(?=(\d{3})+$)/g, '_');
}
