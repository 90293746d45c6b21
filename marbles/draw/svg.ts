/** An element of a picture as text. */
export type Svg = string;

export type Attributes = Readonly<Record<string, string | number | undefined>>;

/** An element; what it contains is elements, or text that went through {@link escaped}. */
export function element(name: string, attributes: Attributes, ...content: readonly Svg[]): Svg {
  const written = Object.entries(attributes).flatMap(([key, value]) =>
    value === undefined ? [] : [` ${key}="${typeof value === 'number' ? rounded(value) : escaped(value)}"`],
  );
  const inside = content.join('');
  return inside === '' ? `<${name}${written.join('')}/>` : `<${name}${written.join('')}>${inside}</${name}>`;
}

export function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}

/** Tenths of a pixel are enough, and are the same on every machine. */
export function rounded(value: number): string {
  return String(Math.round(value * 10) / 10);
}

/** Several lines of text under one another; the first one's baseline is at `y`. */
export function lines(
  texts: readonly string[],
  { x, y, leading, ...attributes }: Attributes & { readonly x: number; readonly y: number; readonly leading: number },
): Svg {
  const [first = '', ...rest] = texts;
  if (rest.length === 0) return element('text', { x, y, ...attributes }, escaped(first));
  const spans = texts.map((text, at) => element('tspan', { x, y: y + at * leading }, escaped(text)));
  return element('text', attributes, ...spans);
}
