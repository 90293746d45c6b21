/** The width of a character of a monospaced font, in parts of its size. Those of the stack in style.ts are not wider. */
const MONOSPACED = 0.605;

/** How wide characters of proportional fonts are on the average, in parts of their size: of the widest in the stack. */
const PROPORTIONAL = 0.53;
const BOLD = 0.6;

export function monospacedWidth(text: string, size: number): number {
  return text.length * MONOSPACED * size;
}

/** How many characters a line has room for. */
export function charactersIn(width: number, size: number, font: 'mono' | 'sans' | 'bold'): number {
  const each = { mono: MONOSPACED, sans: PROPORTIONAL, bold: BOLD }[font];
  return Math.floor(width / (size * each));
}

/** Breaks a text after blanks and commas, and within words that are longer than a line. */
export function wrap(text: string, most: number): readonly string[] {
  return text.split('\n').flatMap((paragraph) => {
    const lines: string[] = [];
    let line = '';
    for (const piece of paragraph.match(/[^ ,;]*[,;]* */g) ?? []) {
      if (line !== '' && (line + piece).trimEnd().length > most) {
        lines.push(line.trimEnd());
        line = '';
      }
      line += piece;
      for (; line.trimEnd().length > most; line = line.slice(most)) lines.push(line.slice(0, most));
    }
    if (line.trimEnd() !== '') lines.push(line.trimEnd());
    return lines;
  });
}

/** The first lines; with a mark at their end if there are more. */
export function shorten(lines: readonly string[], most: number, width: number): readonly string[] {
  if (lines.length <= most) return lines;
  const last = lines[most - 1] ?? '';
  return [...lines.slice(0, most - 1), `${last.slice(0, width - 1)}…`];
}

/** Breaks code as {@link wrap} does, but leaves no brace and no name alone. */
export function wrapCode(code: string, most: number): readonly string[] {
  const glued = code.replaceAll(/(?<=[{:]) | (?=\})/g, '\u00a0');
  return wrap(glued, most).map((line) => line.replaceAll('\u00a0', ' '));
}
