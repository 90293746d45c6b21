import type { OptionRow } from './option-rows.js';
import type { Ping } from './ping.js';
import { count, money } from './text.js';

/** What a check of a valid model has found. */
export interface CheckResult {
  /** The model's file. */
  readonly model: string;
  readonly options: readonly OptionRow[];
  /** How `batch.max.tokens` is counted; `null` where nothing is. */
  readonly tokens: 'gpt-tokenizer' | 'estimate' | null;
  /** `null` if nothing was sent. */
  readonly ping: Ping | null;
}

/** The object of `--json`. */
export function checkJson({ model, options, tokens, ping }: CheckResult): object {
  // What has no value would otherwise have no field.
  const rows = options.map(({ name, value = null, source }) => ({ name, value, source }));
  return { model, valid: true, options: rows, tokens, ping };
}

/** The table for people. */
export function checkText({ model, options, tokens, ping }: CheckResult): string {
  const table = columns([
    ['option', 'value', 'source'],
    ...options.map(({ name, value, source }) => [name, valueText(value), source]),
  ]);
  const notes = [
    ...(tokens === null ? [] : [`batch.max.tokens is counted ${COUNTED[tokens]}`]),
    ping === null ? 'nothing was sent; --ping asks the model once' : pingText(ping),
  ];
  return [`${model} is valid`, '', ...table, '', ...notes, ''].join('\n');
}

const COUNTED = {
  'gpt-tokenizer': 'by gpt-tokenizer (o200k_base), as OpenAI since GPT-4o; others count a little differently',
  estimate: 'at four characters a token, an estimate; npm install gpt-tokenizer counts',
};

function pingText(ping: Ping): string {
  const { provider, model, status, milliseconds, tokens, tokensAreEstimate, cost, value, error } = ping;
  const counted = `${count(tokens.input)} in (${count(tokens.cachedInput)} cached), ${count(tokens.output)} out`;
  return [
    'ping: one record, one call',
    ...columns([
      ['  provider', provider],
      ['  model', valueText(model)],
      ['  status', status === null ? 'none' : String(status)],
      ['  time', milliseconds === null ? 'nothing was sent' : `${count(milliseconds)} ms`],
      ['  tokens', `${counted}${tokensAreEstimate ? ' (an estimate)' : ''}`],
      ...(cost === null ? [] : [['  cost', money(cost)]]),
      ...(error === null ? [['  value', valueText(value)]] : [['  error', error.message]]),
    ]),
  ].join('\n');
}

const LONGEST_VALUE = 60;

/** A value on one line, short; a text as it is, if that is clear. */
function valueText(value: unknown): string {
  if (value === undefined) return '-';
  const isClear = typeof value === 'string' && /^\S(?:.*\S)?$/.test(value) && value !== '-';
  const text = isClear ? value : JSON.stringify(value);
  return text.length > LONGEST_VALUE ? `${text.slice(0, LONGEST_VALUE - 1)}…` : text;
}

/** Rows with their cells in line. */
function columns(rows: readonly (readonly string[])[]): string[] {
  const widths = [0, 1].map((column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  );
}
