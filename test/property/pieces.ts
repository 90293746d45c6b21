import fc from 'fast-check';

/** Where a text is cut: between any two characters, at some places, or not at all. */
export type Cuts = 'each' | readonly number[];

/** Places are taken modulo the text's length, so that they do not depend on it and shrink on their own. */
export const cuts: fc.Arbitrary<Cuts> = fc.oneof(
  { weight: 1, arbitrary: fc.constant('each' as const) },
  { weight: 4, arbitrary: fc.array(fc.nat(9_999), { maxLength: 5 }) },
);

/** The pieces of a text, one at least; some may be empty. */
export function cut(text: string, at: Cuts): string[] {
  if (at === 'each' && text !== '') return Array.from({ length: text.length }, (_, index) => text.charAt(index));
  const places = (at === 'each' ? [] : [...at]).map((place) => place % (text.length + 1)).sort((a, b) => a - b);
  return [0, ...places].map((from, index) => text.slice(from, places[index] ?? text.length));
}
