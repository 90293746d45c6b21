const TAG = /\{\{\s*([^{}]*?)\s*\}\}/g;

/** How a batch is asked for when the user says nothing else. */
export const DEFAULT_TEMPLATE = {
  one: 'Answer for the input below.\n\n{{records}}',
  many: 'Answer for each of the {{count}} inputs below.\n\n{{records}}',
} as const;

/** @throws RangeError if a batch template has a tag other than `{{records}}` and `{{count}}` */
export function requireTemplate(template: string): void {
  for (const [tag, name] of template.matchAll(TAG))
    if (name !== 'records' && name !== 'count')
      throw new RangeError(`template knows {{records}} and {{count}}; got ${tag}`);
}

/** Fills a batch template in one pass, so that tags inside of records stay text. Without `{{records}}` they follow the text. */
export function fillTemplate(template: string, records: string, count: number): string {
  const complete = /\{\{\s*records\s*\}\}/.test(template) ? template : `${template}\n\n{{records}}`;
  return complete.replace(TAG, (_, name: string) => (name === 'count' ? String(count) : records));
}
