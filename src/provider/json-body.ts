/** What a text says in JSON; `undefined` if it is none. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Names of fields, and places in lists. */
export type JsonPath = readonly (string | number)[];

export function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}

/** What stands at that path of fields; `undefined` where there is none. */
export function fieldAt(value: unknown, ...path: JsonPath): unknown {
  return path.reduce((inner, name) => (isObject(inner) ? (Reflect.get(inner, name) as unknown) : undefined), value);
}

export function arrayAt(value: unknown, ...path: JsonPath): readonly unknown[] {
  const found = fieldAt(value, ...path);
  return Array.isArray(found) ? found : [];
}

/** The text at that path; '' where there is none. */
export function textAt(value: unknown, ...path: JsonPath): string {
  const found = fieldAt(value, ...path);
  return typeof found === 'string' ? found : '';
}

/** The number at that path; `undefined` where there is none. */
export function numberAt(value: unknown, ...path: JsonPath): number | undefined {
  const found = fieldAt(value, ...path);
  return typeof found === 'number' ? found : undefined;
}
