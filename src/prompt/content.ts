/**
 * What the model reads of a record: a function, or a field's name. For a template with fields, take `template()` of
 * `rxjs-llm/template`: it gives a function.
 */
export type RecordContent<T> = ((record: T) => string) | string;

/**
 * Turns a {@link RecordContent} into a function. A record that is a string is its own content. A field that is missing, or is not
 * a string, number or boolean, throws when a record is read: that record then gets a `content_error`.
 *
 * @throws TypeError if `content` is a template, which needs its engine
 */
export function contentReader<T>(content: RecordContent<T>): (record: T) => string {
  if (typeof content === 'function') return content;
  if (content.includes('{{')) throw new TypeError(`content needs template() of rxjs-llm/template; got ${content}`);
  return (record) => readField(record, content);
}

function readField(record: unknown, field: string): string {
  if (typeof record === 'string') return record;
  const value: unknown = typeof record === 'object' && record !== null ? Reflect.get(record, field) : undefined;
  if (typeof value === 'string') return value;
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  throw new TypeError(`its field "${field}" is no text: ${value === null ? 'null' : typeof value}`);
}
