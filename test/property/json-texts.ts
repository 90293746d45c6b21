import fc from 'fast-check';

export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

/** Characters and words that mean something to a reader of replies. */
const SYNTAX = [
  '"',
  '\\',
  '[',
  ']',
  '{',
  '}',
  ',',
  ':',
  '<',
  '/',
  '`',
  '\n',
  '\t',
  '\0',
  ' ',
  '\u2028',
  '\uFEFF',
  'é',
  '😀',
];
const WORDS = ['a', '1', 'index', '"index":2', '```json', '<think>', '</think>', '[{"index":1}]', '\\"', '\ud800'];

/** Texts that try to be taken for something else. */
export const hostileText = fc.string({ unit: fc.constantFrom(...SYNTAX, ...WORDS), maxLength: 6 });

/**
 * Keys without a backslash: Node 24's `JSON.parse` takes one escaped key for another. It reads the second key in
 * `[{"a":{"x":1,"\\":2}},{"a":{"x":1,"\"":2}}]` as a backslash too.
 */
const key = fc.oneof(
  hostileText.map((text) => text.replaceAll('\\', '')),
  fc.constantFrom('index', 'value'),
);

const scalar: fc.Arbitrary<Json> = fc.oneof(
  hostileText,
  fc.integer(),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.constantFrom(null, true, false, -0, 1e21, 5e-324),
);

/** Any JSON value; keys are hostile, and now and then those that readers look for. */
export const jsonValue: fc.Arbitrary<Json> = fc.letrec<{ value: Json; list: Json[]; object: Record<string, Json> }>(
  (tie) => ({
    value: fc.oneof({ maxDepth: 3, depthSize: 'small' }, scalar, tie('list'), tie('object')),
    list: fc.array(tie('value'), { maxLength: 3 }),
    object: fc.dictionary(key, tie('value'), { maxKeys: 3, noNullPrototype: true }),
  }),
).value;

/** How JSON is written, where there is a choice: numbers that are used up one after the other, around and around. */
export const writing = fc.array(fc.nat(11), { minLength: 1, maxLength: 6 });

const GAPS = ['', '', '', ' ', '\n', '\t', '\r\n', '  \n '];

/** Writes JSON with blanks and escapes as `choices` says. */
export class JsonWriter {
  readonly #choices: readonly number[];
  #used = 0;

  constructor(choices: readonly number[]) {
    this.#choices = choices;
  }

  /** Blanks, or none. */
  gap(): string {
    return GAPS[this.#next() % GAPS.length]!;
  }

  write(value: Json): string {
    if (typeof value === 'string') return this.#text(value);
    if (typeof value === 'number') return this.#number(value);
    if (typeof value !== 'object' || value === null) return String(value);
    if (Array.isArray(value))
      return this.#enclosed(
        '[',
        ']',
        (value as Json[]).map((item) => this.write(item)),
      );
    const members = Object.entries(value).map(([key, item]) => this.member(key, this.write(item)));
    return this.#enclosed('{', '}', members);
  }

  member(key: string, written: string): string {
    return `${this.#text(key)}${this.gap()}:${this.gap()}${written}`;
  }

  #enclosed(open: string, close: string, parts: readonly string[]): string {
    return open + this.gap() + parts.map((part) => `${part}${this.gap()}`).join(`,${this.gap()}`) + close;
  }

  #number(value: number): string {
    const text = Object.is(value, -0) ? '-0' : String(value);
    if (text.includes('e')) return this.#next() % 2 === 0 ? text : text.toUpperCase();
    return text + (['', '', 'e0', 'E+0', 'e-0'][this.#next() % 5] ?? '');
  }

  #text(value: string): string {
    const escape = this.#next() % 3;
    if (escape === 0) return JSON.stringify(value);
    if (escape === 1) return JSON.stringify(value).replaceAll('/', '\\/');
    const units = Array.from({ length: value.length }, (_, index) => value.charCodeAt(index).toString(16));
    return `"${units.map((unit) => `\\u${unit.padStart(4, '0')}`).join('')}"`;
  }

  #next(): number {
    return this.#choices[this.#used++ % this.#choices.length]!;
  }
}
