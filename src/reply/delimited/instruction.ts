import type { JsonSchema, ReplyShape } from '../../types/reply.js';

type Ids = ReplyShape['ids'];

/** How a reply in columns is asked for. The same for all prompts of two records or more, so that a provider can cache it. */
export function columnsInstruction(
  ids: Ids,
  columns: readonly string[],
  value: string,
  separator: string,
  schema: JsonSchema | undefined,
): string {
  const isAlone = ids.length === 1;
  const [, ...names] = columns;
  const answers = names.length === 1 && value !== '*' ? ['your answer'] : names;
  const index = isAlone ? '' : typeof ids[0] === 'number' ? '1' : 'name';
  const form = [index, ...answers.map((name) => `<${name}>`)].join(separator);
  const quoting = `Put a text that has ${separator}, " or a line break in double quotes, and write each " in it twice.`;
  return `${opening(ids)}, in this form: ${form}\n${quoting}${rule(schema)}`;
}

/** How a reply that matches a pattern is asked for. */
export function patternInstruction(
  ids: Ids,
  pattern: RegExp,
  index: string,
  value: string,
  schema: JsonSchema | undefined,
): string {
  const isAlone = ids.length === 1;
  const named = isAlone ? '' : `the group ${index} is ${typeof ids[0] === 'number' ? 'its number' : 'its name'}, and `;
  const groups = value === '*' ? 'the other groups are your answer' : `the group ${value} is your answer`;
  const what = pattern.global ? 'a part' : 'one line';
  const each = isAlone ? '' : ' for each input';
  return `Reply with ${what}${each} that matches this regular expression, in which ${named}${groups}: ${pattern.source}${rule(schema)}`;
}

function opening(ids: Ids): string {
  if (ids.length === 1) return 'Reply with one line only';
  return `Reply with one line for each input and nothing else, under ${typeof ids[0] === 'number' ? 'its number' : 'the name that it is given by'}`;
}

function rule(schema: JsonSchema | undefined): string {
  return schema === undefined ? '' : ` Your answer follows this JSON Schema: ${JSON.stringify(schema)}`;
}
