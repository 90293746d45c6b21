import mustache from 'mustache';

/** What the model reads of a record: a function, a field's name, or a template with fields (`{{title}}: {{body}}`). */
export type RecordContent<T> = ((record: T) => string) | string;

/**
 * Turns a {@link RecordContent} into a function. A field that is missing, or is not a string, number or boolean, throws when a
 * record is read: that record then gets a `content_error`. In templates HTML escaping is off, and the text of a record is never
 * read as template.
 *
 * @throws SyntaxError if a template does not parse
 */
export function contentReader<T>(content: RecordContent<T>): (record: T) => string {
  if (typeof content === 'function') return content;
  if (!content.includes('{{')) return (record) => readField(record, content);
  mustache.parse(content);
  return (record) => mustache.render(content, record, {}, { escape: String });
}

function readField(record: unknown, field: string): string {
  if (typeof record === 'string') return record;
  const value: unknown = typeof record === 'object' && record !== null ? Reflect.get(record, field) : undefined;
  if (typeof value === 'string') return value;
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  throw new TypeError(`the record has no text in its field "${field}", but ${value === null ? 'null' : typeof value}`);
}
