import { closestMatch } from 'leven';
import { LATER_OPTIONS, type ModelOptions, type OptionField, OPTIONS } from './options.js';
import { readOption, show } from './read-option.js';

/** Where `${NAME}` is looked up. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** Options as they are written: under any of their names, with typed or string values. */
export type WrittenOptions = Readonly<Record<string, unknown>>;

/** Request fields that the library sets itself. */
const OWN_FIELDS: readonly string[] = [
  'model',
  'messages',
  'stream',
  'stream_options',
  'response_format',
  'n',
  'max_tokens',
  'max_completion_tokens',
];
const REQUEST_PREFIX = /^request[._](?=.)/i;
/** A mistyped timeout must not travel to the provider as a field. */
const NOT_A_FIELD = /^request[._](?:total|time)/i;

/** `batch.size`, `batch_size`, `batchSize` and `BATCH_SIZE` are one name. */
const plain = (name: string): string => name.replace(/[._]/g, '').toLowerCase();
const fieldOf = (dotted: string): string => dotted.replace(/\.(\w)/g, (_, letter: string) => letter.toUpperCase());
const BY_PLAIN_NAME = new Map(Object.keys(OPTIONS).map((dotted) => [plain(dotted), dotted]));
const LATER_BY_PLAIN_NAME = new Map(LATER_OPTIONS.map((dotted) => [plain(dotted), dotted]));

/**
 * Reads options under whatever names they are written. `undefined` counts as not given.
 *
 * @param env - where `${NAME}` in string values is looked up; `undefined` leaves them as they are
 * @throws TypeError or RangeError that names the option: unknown (with the nearest name), given twice, not supported in this
 * version, or with a value that is not allowed
 */
export function readOptions(written: WrittenOptions, env: Environment | undefined): Partial<ModelOptions> {
  const read = new Map<OptionField, unknown>();
  const fields: Record<string, unknown> = {};
  for (const [name, raw] of Object.entries(written)) {
    if (raw === undefined) continue;
    const value = typeof raw === 'string' && env !== undefined ? fillFromEnvironment(name, raw, env) : raw;
    // What came from the environment may be a key, wherever it was put: messages show the placeholder.
    const shown = value === raw ? undefined : show(raw);
    const dotted = BY_PLAIN_NAME.get(plain(name));
    if (dotted === undefined) {
      if (!REQUEST_PREFIX.test(name) || NOT_A_FIELD.test(name)) throw unknownOption(name);
      fields[requestField(name)] = parseLoosely(value);
      continue;
    }
    const field = fieldOf(dotted) as OptionField;
    if (read.has(field)) throw new TypeError(`${name} is given twice, under two of its names`);
    read.set(field, readOption(name, value, OPTIONS[dotted] ?? { kind: 'text' }, shown));
  }
  const given = read.get('request') ?? {};
  Object.keys(given).forEach(requestField);
  if (Object.keys({ ...given, ...fields }).length > 0) read.set('request', { ...given, ...fields });
  return Object.fromEntries(read);
}

function fillFromEnvironment(option: string, value: string, env: Environment): string {
  return value.replace(/\$\{(\w+)\}/g, (_, name: string) => {
    const found = env[name];
    if (found === undefined || found === '')
      throw new TypeError(`${option} needs the environment variable ${name}, which is not set`);
    return found;
  });
}

function requestField(name: string): string {
  const field = name.replace(REQUEST_PREFIX, '');
  if (!OWN_FIELDS.includes(field)) return field;
  throw new TypeError(
    `request.${field} cannot be set: the library sets this field itself (see max.output.tokens, response.schema)`,
  );
}

/** Numbers, booleans and objects are told by their form, as in `"request.temperature": "0"`. */
function parseLoosely(value: unknown): unknown {
  if (typeof value !== 'string') return value;
  try {
    return JSON.parse(value) as unknown;
  } catch {
    return value;
  }
}

function unknownOption(name: string): Error {
  const later = LATER_BY_PLAIN_NAME.get(plain(name));
  if (later !== undefined) return new RangeError(`${later} is not supported in this version`);
  const names = [...Object.keys(OPTIONS), ...LATER_OPTIONS];
  const dotted = /[._]/.test(name) || name === name.toLowerCase();
  const nearest = closestMatch(name, dotted ? names : names.map(fieldOf), { maxDistance: 5 });
  const hint = nearest === undefined ? 'see the table of options' : `did you mean ${nearest}?`;
  return new TypeError(`unknown option ${show(name)}; ${hint}`);
}
