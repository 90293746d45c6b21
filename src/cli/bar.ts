import type { Meter, Snapshot } from './meter.js';
import type { Report } from './progress.js';
import { clock, count, counted, money } from './text.js';

const CELLS = 20;

/** How a run goes on, by its meter. */
export function reportOf(meter: Meter): Report {
  return { text: () => barText(meter.read()), fields: () => meter.read() };
}

/** The line that a terminal shows while a run goes on. */
export function barText(snapshot: Snapshot): string {
  const {
    share,
    records,
    calls,
    tokens,
    cost,
    recordsPerSecond,
    secondsLeft,
    failures,
    skipped,
    circuit,
    heldSeconds,
  } = snapshot;
  const parts = [
    counted(records, 'record'),
    ...(skipped > 0 ? [`${count(skipped)} skipped`] : []),
    counted(calls, 'call'),
    counted(tokens.input + tokens.output, 'token'),
    ...(cost === null ? [] : [`cost ${money(cost)}`]),
    `${count(recordsPerSecond)}/s`,
    ...(secondsLeft === null ? [] : [`${clock(secondsLeft)} left`]),
    `${count(failures)} failed`,
    ...(circuit === 'closed' ? [] : [`circuit ${circuit}`]),
    ...(heldSeconds === null ? [] : [`on hold for ${clock(heldSeconds)}`]),
  ];
  return (share === null ? '' : `${bar(share)} `) + parts.join(' · ');
}

/** `████░░░░  42%` */
export function bar(share: number): string {
  const full = Math.floor(share * CELLS);
  const percent = String(Math.floor(share * 100)).padStart(3);
  return `${'█'.repeat(full)}${'░'.repeat(CELLS - full)} ${percent}%`;
}
