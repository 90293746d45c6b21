/** A stretch of time in which nothing happens, drawn shorter than it is. */
export interface Break {
  readonly from: number;
  readonly to: number;
  /** Where it is drawn. */
  readonly x: number;
}

/** Where times are drawn; the same for all rows. */
export interface Scale {
  x(time: number): number;
  readonly breaks: readonly Break[];
  readonly left: number;
  readonly right: number;
}

/** What needs room to the right of a time, in pixels. */
export interface Extent {
  readonly at: number;
  readonly width: number;
}

/** The longest time without anything that is drawn in its true length, in milliseconds. */
const LONGEST_GAP = 24;

/** As how long a break is drawn, in milliseconds. */
const BREAK = 6;

/** A millisecond is at most this wide. */
const WIDEST = 46;

/** Fits times between two edges, so that there is room for what stands at each of them. */
export function scaleOf(
  times: readonly number[],
  extents: readonly Extent[],
  { left, right }: { readonly left: number; readonly right: number },
): Scale {
  const moments = [...new Set([0, ...times])].sort((one, other) => one - other);
  const gaps = moments.slice(1).map((to, nth) => ({ from: moments[nth] ?? 0, to }));
  const long = gaps.filter(({ from, to }) => to - from > LONGEST_GAP);
  /** Milliseconds as they are drawn. */
  const drawn = (time: number): number =>
    long.reduce((sum, { from, to }) => {
      const passed = Math.min(1, Math.max(0, (time - from) / (to - from)));
      return sum - passed * (to - from - BREAK);
    }, time);

  const end = drawn(moments.at(-1) ?? 0) + 1;
  const fitting = extents.map(({ at, width }) => (right - left - width) / drawn(at));
  const unit = Math.min(WIDEST, (right - left) / end, ...fitting);
  const x = (time: number): number => (time === Infinity ? right : left + drawn(time) * unit);
  return { x, left, right, breaks: long.map(({ from, to }) => ({ from, to, x: (x(from) + x(to)) / 2 })) };
}
