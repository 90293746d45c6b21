import { levenshteinEditDistance } from 'levenshtein-edit-distance';
import { redact } from '../provider/redact.js';
import { parseJson } from './option-rules.js';
import { type ModelOptions, type OptionField, OPTIONS, SECRET_OPTION } from './options.js';

/** Where `${NAME}` is looked up. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** Options as they are written: under any of their names, with typed or string values. */
export type WrittenOptions = Readonly<Record<string, unknown>>;

/** Request fields that the library sets itself. */
const OWN_FIELD = /^(?:model|messages|stream|stream_options|response_format|max_tokens|max_completion_tokens)$/;
/** Fields of requests as models know them, which belong under `request`. */
const KNOWN_FIELD =
  /^(?:temperature|top_?[pk]|seed|stop|logit_?bias|(?:presence|frequency)_?penalty|reasoning_?effort|service_?tier|verbosity)$/i;
const REQUEST_PREFIX = /^(?:request|REQUEST)[._](?=.)|^request(?=[A-Z])/;
/** A mistyped timeout must not travel to the provider as a field. */
const NOT_A_FIELD = /^(?:total|time|.*(?:meout|_ms$))/i;

const VARIABLE = /\$\{(\w+)\}/g;

/** `batch.size`, `batch_size`, `batchSize` and `BATCH_SIZE` are one name. */
const plain = (name: string): string => name.replace(/[._]/g, '').toLowerCase();
const fieldOf = (dotted: string): string => dotted.replace(/\.(\w)/g, (_, letter: string) => letter.toUpperCase());
const BY_PLAIN_NAME = new Map(Object.keys(OPTIONS).map((dotted) => [plain(dotted), dotted]));

/**
 * Reads options under whatever names they are written. `undefined` counts as not given.
 *
 * @param env - where `${NAME}` in string values is looked up; `undefined` leaves them as they are
 * @param providers - names that `provider` may have
 * @throws TypeError or RangeError that names the option: unknown (with the nearest name), given twice, or with a value that is not allowed
 */
export function readOptions(
  written: WrittenOptions,
  env: Environment | undefined,
  providers: readonly string[] = [],
): Partial<ModelOptions> {
  const read = new Map<OptionField, unknown>();
  const fields: Record<string, unknown> = {};
  const secrets = secretsOf(written, env);
  for (const [name, raw] of Object.entries(written)) {
    if (raw === undefined) continue;
    const dotted = BY_PLAIN_NAME.get(plain(name));
    // What is no text is taken as it is (a schema may say `${…}` in its patterns), but for fields of the request.
    const mayFill = typeof raw === 'string' || dotted === undefined || dotted === 'request';
    const value = env !== undefined && mayFill ? filled(name, raw, env) : raw;
    // What came from the environment may be a key, wherever it was put: messages show the placeholder.
    const shown =
      dotted === SECRET_OPTION ? 'another value' : show(typeof raw === 'string' ? redact(raw, secrets) : raw);
    const rule = dotted === undefined ? undefined : OPTIONS[dotted];
    if (dotted === undefined || rule === undefined) {
      const own = fieldIn(name);
      if (own === undefined) throw unknownOption(name, redact(name, secrets));
      if (requestField(own) in fields) throw new TypeError(`${name} is given twice`);
      // Numbers, booleans and objects are told by their form, as in `"request.temperature": "0"`.
      fields[own] = typeof value === 'string' ? (parseJson(value) ?? value) : value;
      continue;
    }
    const field = fieldOf(dotted) as OptionField;
    if (read.has(field)) throw new TypeError(`${name} is given twice`);
    read.set(field, rule.read(value) ?? refuse(name, rule.allowed, shown));
    if (field === 'provider' && typeof value === 'string' && !providers.includes(value))
      refuse(name, `one of ${providers.join(', ') || 'context.providers, which is empty'}`, shown);
  }
  const request = { ...(read.get('request') as object | undefined), ...fields };
  Object.keys(request).forEach(requestField);
  if (Object.keys(request).length > 0) read.set('request', request);
  return Object.fromEntries(read);
}

/** The options that have a value when nothing is given. */
export function defaultOptions(): Partial<ModelOptions> {
  const fallbacks = Object.entries(OPTIONS).map(([dotted, { fallback }]) => [fieldOf(dotted), fallback] as const);
  return Object.fromEntries(fallbacks.filter(([, fallback]) => fallback !== undefined));
}

/** @throws RangeError, always */
function refuse(name: string, allowed: string, shown: string): never {
  throw new RangeError(`${name} must be ${allowed}; got ${shown}`);
}

/** The key, as it is written and as it is: it may have been put into another option, too. */
function secretsOf(written: WrittenOptions, env: Environment | undefined): readonly string[] {
  return Object.entries(written).flatMap(([name, value]) => {
    if (BY_PLAIN_NAME.get(plain(name)) !== SECRET_OPTION || typeof value !== 'string') return [];
    return env === undefined ? [value] : [value, value.replace(VARIABLE, (_, variable: string) => env[variable] ?? '')];
  });
}

/** A value with what its texts take from the environment, also within lists and objects. */
function filled(option: string, value: unknown, env: Environment): unknown {
  if (typeof value === 'string') return fillFromEnvironment(option, value, env);
  if (Array.isArray(value)) return value.map((item) => filled(option, item, env));
  if (typeof value !== 'object' || value === null || Object.getPrototypeOf(value) !== Object.prototype) return value;
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, filled(option, item, env)]));
}

function fillFromEnvironment(option: string, value: string, env: Environment): string {
  return value.replace(VARIABLE, (_, name: string) => {
    const found = Object.hasOwn(env, name) ? env[name] : undefined;
    if (found === undefined || found === '') throw new TypeError(`${option} needs ${name} in the environment`);
    return found;
  });
}

/** The field of the request that an option names, as providers write it: `top_p`, of `request.top_p` or `requestTopP`. */
function fieldIn(name: string): string | undefined {
  if (!REQUEST_PREFIX.test(name)) return undefined;
  const field = name.replace(REQUEST_PREFIX, '');
  const isCamel = /^request[A-Z]/.test(name);
  const written = isCamel ? field.replace(/(?!^)[A-Z]/g, '_$&') : field;
  const own = isCamel || name === name.toUpperCase() ? written.toLowerCase() : written;
  return NOT_A_FIELD.test(own.replaceAll('.', '_')) ? undefined : own;
}

function requestField(field: string): string {
  if (field === 'n') throw new TypeError('request.n would ask for several answers, of which one is read');
  if (!OWN_FIELD.test(field)) return field;
  throw new TypeError(`request.${field} is set by the library`);
}

function unknownOption(name: string, shown: string): Error {
  const names = Object.keys(OPTIONS);
  const similar = similarNames(name, names);
  const hint = similar.length === 0 ? `known: ${names.join(', ')}` : `did you mean ${similar.join(' or ')}?`;
  return new TypeError(`unknown option ${show(shown)}; ${hint}`);
}

/** The nearest name; or those that have all of its words, `timeout` being a part of several; none if nothing is near. */
function similarNames(name: string, names: readonly string[]): readonly string[] {
  if (KNOWN_FIELD.test(name)) return [`request.${name}`];
  const isDotted = /[._]/.test(name) || name === name.toLowerCase();
  const [nearest] = names
    .map((dotted) => ({ dotted, distance: levenshteinEditDistance(plain(name), plain(dotted)) }))
    .sort((a, b) => a.distance - b.distance);
  const words = name.split(/[._]|(?=[A-Z])/).map((word) => word.toLowerCase());
  const having = names.filter((dotted) => words.every((word) => dotted.split('.').includes(word)));
  const isNear = nearest !== undefined && nearest.distance <= Math.min(5, name.length / 2);
  return (isNear ? [nearest.dotted] : having).map((dotted) => (isDotted ? dotted : fieldOf(dotted)));
}

/** A value as a message shows it: short, and with its quotes if it is a string. */
function show(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(value.length > 60 ? `${value.slice(0, 60)}…` : value);
  return typeof value === 'object' && value !== null
    ? 'an object'
    : typeof value === 'function'
      ? 'a function'
      : String(value);
}
