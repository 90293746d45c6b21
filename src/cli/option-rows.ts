import type { Model } from '../model/define-model.js';
import { type ModelOptions, OPTIONS, SECRET_OPTION } from '../model/options.js';
import { type Environment, readOptions, type WrittenOptions } from '../model/read-options.js';
import { redact } from '../provider/redact.js';
import { type LoadedModel, type ModelSources, variablesIn } from './model-file.js';
import { PROVIDERS } from './providers.js';
import { mayBeSecret, veiled } from './veil.js';

/** One option of a model: what it is, and who says so. */
export interface OptionRow {
  /** Its dotted name. */
  readonly name: string;
  /** `undefined` for none; the key is `(hidden)`, and what else may be one stands as its variable, `${NAME}`. */
  readonly value: unknown;
  /** `file`, `--set`, `environment variable NAME`, `default` or `none`. */
  readonly source: string;
}

/** Every option of a valid model, in the order of the documentation; each field of the request is a row of its own. */
export function optionRows({ model, veil }: LoadedModel, sources: ModelSources, env: Environment): OptionRow[] {
  const rows = [...rowsOf(sources.written, 'file', env), ...rowsOf(sources.set, '--set', env)];
  const given = new Map(rows.map((row) => [row.name, row]));
  const fields = [...given.values()].filter(({ name }) => /^request(?:\.|$)/.test(name) && OPTIONS[name] === undefined);
  const hide = (text: string): string => redact(veil(text), []);
  return Object.keys(OPTIONS)
    .flatMap((name) => given.get(name) ?? (name === 'request' ? requestRows(fields) : defaultRow(name, model)))
    .map(({ name, value, source }) => ({ name: veil(name), value: veiled(value, hide), source }));
}

function requestRows(fields: readonly OptionRow[]): readonly OptionRow[] {
  return fields.length > 0 ? fields : [{ name: 'request.*', value: undefined, source: 'none' }];
}

function defaultRow(name: string, { provider: { gate } }: Model): OptionRow {
  const value = name === 'concurrency' ? gate.concurrency : OPTIONS[name]?.fallback;
  return { name, value, source: value === undefined ? 'none' : 'default' };
}

/** The options that are written in one place. */
function rowsOf(written: WrittenOptions, place: string, env: Environment): OptionRow[] {
  // A single field of the request stands in place of what `request` says of it.
  const isField = (name: string): number => Number(/^request[._]/i.test(name));
  return Object.entries(written)
    .sort(([one], [other]) => isField(one) - isField(other))
    .flatMap(([name, raw]) => {
      const variables = variablesIn(raw);
      const source = variables.length === 0 ? place : `environment variable ${variables.join(', ')}`;
      return entriesOf(name, raw, env).map(([dotted, value]) => ({ name: dotted, value, source }));
    });
}

/** An option as it may be shown, under its dotted name; for `request`, each of its fields. */
function entriesOf(name: string, raw: unknown, env: Environment): (readonly [name: string, value: unknown])[] {
  const shown = readAlone(name, showable(raw, env), undefined);
  // With a variable in its place it may be no value of its kind: a number, say.
  if (shown === undefined) return Object.keys(readAlone(name, raw, env) ?? {}).map((field) => [dottedOf(field), raw]);
  const { request, ...others } = shown;
  return [
    ...Object.entries(others).map(([field, value]) => {
      const dotted = dottedOf(field);
      return [dotted, dotted === SECRET_OPTION ? '(hidden)' : value] as const;
    }),
    ...Object.entries(request ?? {}).map(([field, value]) => [`request.${field}`, value] as const),
  ];
}

/** What is written, with what the environment says where that is too short to be a key. */
function showable(raw: unknown, env: Environment): unknown {
  if (typeof raw !== 'string') return raw;
  return raw.replace(/\$\{(\w+)\}/g, (placeholder, variable: string) => {
    const value = env[variable];
    return value === undefined || mayBeSecret(value) ? placeholder : value;
  });
}

function readAlone(name: string, raw: unknown, env: Environment | undefined): Partial<ModelOptions> | undefined {
  try {
    return readOptions({ [name]: raw }, env, PROVIDERS);
  } catch {
    return undefined;
  }
}

/** `batchMaxTokens` is `batch.max.tokens`. */
function dottedOf(field: string): string {
  return field.replace(/[A-Z]/g, (letter) => `.${letter.toLowerCase()}`);
}
