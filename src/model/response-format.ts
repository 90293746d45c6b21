import { json, type JsonPath, type JsonRepair } from '../reply/json.js';
import { reasonOf } from '../types/outcome.js';
import type { FormatFactory, ReplyFormat, ValueSchema } from '../types/reply.js';
import type { ModelOptions } from './options.js';

/** What formats take that the core does not carry. */
export interface FormatContext {
  /** Formats that `response.format` may name: `xmlFormat` of `rxjs-llm/xml`, `delimitedFormat` of `rxjs-llm/delimited`. @defaultValue none */
  readonly formats?: readonly FormatFactory[];
  /** Reads a `response.path` of the format `json`: `jsonPath` of `rxjs-llm/jsonpath`. @defaultValue none */
  readonly jsonPath?: (path: string) => JsonPath;
  /** Repairs replies in the format `json` that are almost JSON: `jsonRepair` of `rxjs-llm/json-repair`. @defaultValue none */
  readonly jsonRepair?: JsonRepair;
}

type FormatOptions = Partial<
  Pick<
    ModelOptions,
    'responseFormat' | 'responsePath' | 'responseIndexField' | 'responseValueField' | 'responseStructured'
  >
>;

/**
 * The format of a model's replies.
 *
 * @param read - the options that were given
 * @param schema - of the values
 * @throws TypeError or RangeError naming the option
 */
export function formatOf<R>(
  read: FormatOptions,
  schema: ValueSchema<R> | undefined,
  context: FormatContext,
): ReplyFormat<R> {
  const { responseFormat = 'json', responsePath: path, responseStructured } = read;
  const { responseIndexField: index = 'index', responseValueField: value = 'value' } = read;
  if (typeof responseFormat === 'object') {
    if ([path, read.responseIndexField, read.responseValueField, schema].some((given) => given !== undefined))
      throw new TypeError('response.path, response.schema and response.*.field belong to the format given');
    return unenforced(responseFormat as ReplyFormat<R>, responseStructured);
  }
  if (responseFormat === 'json') {
    const format = json<R>({ index, value, schema, path: jsonPathOf(path, context), repair: context.jsonRepair });
    return unenforced(format, responseStructured);
  }
  if (responseStructured === 'json_object')
    throw new RangeError(`response.structured json_object asks for JSON, but response.format is ${responseFormat}`);
  const factory = context.formats?.find(({ name }) => name === responseFormat);
  if (factory === undefined)
    throw new TypeError(
      `response.format ${responseFormat} needs { formats: [${responseFormat}Format] } of rxjs-llm/${responseFormat} as context`,
    );
  try {
    return unenforced(factory.create({ index, value, path, schema }), responseStructured);
  } catch (cause) {
    const reason = reasonOf(cause);
    return refuse(
      `response.format ${responseFormat}: ${path === undefined ? reason : reason.replaceAll(path, 'the path')}`,
    );
  }
}

function unenforced<R>(format: ReplyFormat<R>, structured: FormatOptions['responseStructured']): ReplyFormat<R> {
  return structured === 'off' ? { ...format, replySchema: () => undefined } : format;
}

function jsonPathOf(path: string | undefined, { jsonPath }: FormatContext): JsonPath | undefined {
  if (path === undefined) return undefined;
  if (jsonPath === undefined) throw new TypeError('response.path needs { jsonPath } of rxjs-llm/jsonpath as context');
  try {
    return jsonPath(path);
  } catch {
    return refuse('response.path must be a JSONPath (RFC 9535)');
  }
}

/** A path may hold what came from the environment, which may be a key, wherever it was put: no error shows it, nor its cause. */
function refuse(message: string): never {
  throw new RangeError(message);
}
