const TAG = /\{\{\s*([^{}]*?)\s*\}\}/;

/** Writes records, and how many they are, where a template has its tags. */
export type BatchTemplate = (records: string, count: number) => string;

/**
 * Reads a template once for all prompts: tags inside of records stay text. Without `{{records}}` they follow the text.
 *
 * @throws RangeError if it has a tag other than `{{records}}` and `{{count}}`
 */
export function batchTemplate(template: string): BatchTemplate {
  const complete = /\{\{\s*records\s*\}\}/.test(template) ? template : `${template}\n\n{{records}}`;
  // A text, what is in a tag, a text, …
  const parts = complete.split(TAG);
  parts.forEach((tag, place) => {
    if (place % 2 > 0 && tag !== 'records' && tag !== 'count')
      throw new RangeError(`template knows {{records}} and {{count}}; got {{${tag}}}`);
  });
  return (records, count) =>
    parts.reduce((text, part, place) => text + (place % 2 === 0 ? part : part === 'count' ? String(count) : records));
}

/** How a batch is asked for when the user says nothing else. */
export const DEFAULT_TEMPLATE = {
  one: batchTemplate('Answer for the input below.'),
  many: batchTemplate('Answer for each of the {{count}} inputs below.'),
} as const;
