import mustache from 'mustache';
import { reasonOf } from '../types/outcome.js';

/**
 * Makes a record's content out of its fields: `template('{{title}}: {{body}}')`. The language is Mustache; HTML escaping is off,
 * and the text of a record is never read as template. A field that is missing is empty; a record none of whose fields adds
 * anything throws when it is read, and so gets a `content_error`.
 *
 * @example
 * ```ts
 * toBatchPrompt({ content: template('{{title}}: {{body}}') })
 * ```
 *
 * @throws SyntaxError if it does not parse
 */
export function template(text: string): (record: unknown) => string {
  const render = (record: unknown): string => mustache.render(text, record, {}, { escape: String });
  const empty = renderEmpty(text, render);
  return (record) => {
    const content = render(record);
    if (content === empty) throw new TypeError(`the record has none of the fields of the template "${text}"`);
    return content;
  };
}

/** What the template says without any field; `undefined` if it has no field to say anything else by. */
function renderEmpty(text: string, render: (record: unknown) => string): string | undefined {
  try {
    return mustache.parse(text).some(([type]) => type !== 'text') ? render({}) : undefined;
  } catch (cause) {
    // The template may hold what came from the environment: it is not shown.
    throw new SyntaxError(`the content template does not parse: ${reasonOf(cause)}`, { cause });
  }
}
