import type { FormatFactory, ReplyFormat, ValueSchema } from '../types/reply.js';
import { fieldNames } from './declared-type.js';
import { columnsInstruction, patternInstruction } from './delimited/instruction.js';
import { patternOf } from './delimited/path-pattern.js';
import { ColumnsReader, PatternReader, TextReader } from './delimited/readers.js';
import { jsonSchemaOf } from './value-schema.js';

/** Options of {@link delimited}. */
export interface DelimitedFormatOptions<R> {
  /** What stands between the index and the value. Neither letters, digits, blanks, quotes, dots nor minus signs. @defaultValue '|' */
  readonly separator?: string;
  /** The name of the index: of its column, or its group in `path`. @defaultValue 'index' */
  readonly index?: string;
  /** The column, or group, that holds the value; `*` takes all of them, without the index, as an object. @defaultValue 'value' */
  readonly value?: string;
  /** The columns behind the index. @defaultValue the schema's fields with `value: '*'`, else the value alone */
  readonly columns?: readonly string[] | undefined;
  /**
   * A regular expression with named groups (`index`, `value`) in place of separators: for replies in free text. It is matched with
   * each line as it closes; with the flag g, with the whole reply at its end. A string may also be written `/…/flags`; one that
   * repeats a repetition is refused, since matching it may take for ever. A RegExp is taken as it is.
   * @defaultValue none
   */
  readonly path?: string | RegExp | undefined;
  /**
   * Checks each value. Texts are read as the numbers and booleans that the schema's JSON Schema declares, and stay texts without
   * one. @defaultValue any value
   */
  readonly schema?: ValueSchema<R> | undefined;
}

/**
 * The compact format: one record a line, `1|positive` (`|positive` for one record, which has no index). A value that has a separator, a
 * quote or a line break is written in double quotes, as in CSV (RFC 4180). No provider can enforce it.
 *
 * @example
 * ```ts
 * parseIndexed({ format: delimited({ columns: ['sentiment', 'stars'], value: '*' }) })
 * ```
 *
 * @throws RangeError if `separator` is not allowed, names are empty or doubled, or `path` is no regular expression that has
 * the groups
 */
export function delimited<R = unknown>(options: DelimitedFormatOptions<R> = {}): ReplyFormat<R> {
  const { separator = '|', index = 'index', value = 'value', path, schema } = options;
  if (!/^[^\s\w"'.+-]+$/.test(separator))
    throw new RangeError(`separator must have no letter, digit, blank, quote, dot or sign; got "${separator}"`);
  const valueSchema = jsonSchemaOf(schema);
  const fieldsOf = (count: number) => ({ index, value, schema: valueSchema, alone: count === 1 });
  const base = { name: 'delimited', schema, replySchema: () => undefined };
  if (path !== undefined) {
    const pattern = patternOf(path, index, value);
    return {
      ...base,
      instruction: ({ ids }) => patternInstruction(ids, pattern, index, value, valueSchema),
      reader: ({ ids }) => new (pattern.global ? TextReader : PatternReader)(pattern, fieldsOf(ids.length)),
    };
  }
  const columns = [index, ...(options.columns ?? (value === '*' ? fieldNames(valueSchema) : [value]))];
  requireColumns(columns, value);
  return {
    ...base,
    instruction: ({ ids }) => columnsInstruction(ids, columns, value, separator, valueSchema),
    reader: ({ ids }) => new ColumnsReader({ separator, columns, ids }, fieldsOf(ids.length)),
  };
}

/** `response.format` `delimited`, for the context of a model. */
export const delimitedFormat: FormatFactory = { name: 'delimited', create: delimited };

function requireColumns(columns: readonly string[], value: string): void {
  const isUnique = new Set(columns).size === columns.length && !columns.includes('');
  if (isUnique && columns.length > 1 && (value === '*' || columns.slice(1).includes(value))) return;
  throw new RangeError(
    columns.length > 1
      ? `columns must have different names, and the value's among them; got ${columns.join(', ')} and the value ${value}`
      : 'value * needs columns, or a schema that names the fields of an object',
  );
}
