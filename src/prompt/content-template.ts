import mustache from 'mustache';

/**
 * Makes a record's content out of its fields: `template('{{title}}: {{body}}')`. The language is Mustache; HTML escaping is off,
 * and the text of a record is never read as template. A field that is missing is empty.
 *
 * @example
 * ```ts
 * toBatchPrompt({ content: template('{{title}}: {{body}}') })
 * ```
 *
 * @throws Error, Mustache's own, naming the place, if the template does not parse
 */
export function template(text: string): (record: unknown) => string {
  mustache.parse(text);
  return (record) => mustache.render(text, record, {}, { escape: String });
}
