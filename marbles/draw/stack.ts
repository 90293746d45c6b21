/** What hangs from one time of a row, as a box whose right end may be longer than the time until the next. */
export interface Hanging {
  readonly left: number;
  readonly width: number;
  readonly height: number;
}

/** Between boxes, in pixels. */
const BESIDE = 2;
const BELOW = 5;

/**
 * The top of each box, from left to right in, and in the same order out: a box hangs below all to its right that it reaches to. So none covers
 * another, nor the line that another hangs from.
 */
export function topsOf(boxes: readonly Hanging[], top: number): readonly number[] {
  const tops = new Array<number>(boxes.length).fill(top);
  for (let nth = boxes.length - 1; nth >= 0; nth--) {
    const { left, width } = boxes[nth]!;
    for (let later = nth + 1; later < boxes.length; later++) {
      const { left: from, height } = boxes[later]!;
      if (left + width + BESIDE > from) tops[nth] = Math.max(tops[nth]!, tops[later]! + height + BELOW);
    }
  }
  return tops;
}
