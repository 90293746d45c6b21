const UNITS = [
  ['h', 3_600_000],
  ['min', 60_000],
  ['s', 1_000],
] as const;

/** A time or a span as a short text: `7`, `2 h`, `1 min 5 s`; milliseconds without their unit where they are all there is. */
export function timeText(ms: number): string {
  if (ms < 1_000) return String(ms);
  const parts: string[] = [];
  let rest = ms;
  for (const [name, length] of UNITS) {
    const count = Math.floor(rest / length);
    rest -= count * length;
    if (count > 0) parts.push(`${count} ${name}`);
  }
  if (rest > 0) parts.push(`${rest} ms`);
  return parts.join(' ');
}
