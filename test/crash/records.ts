import type { Moment } from './plan.js';

export interface CrashRecord {
  readonly id: string | number;
  readonly text: string;
}

/** Keys that something might trip over: paths, names that jobs and objects use themselves, quotes, line ends, other alphabets. */
const HOSTILE = [
  '../x',
  'o0-1',
  'p1-1',
  '0-0000000000000000',
  '__proto__',
  'a"b\\',
  'line\nend',
  '鍵 🗝',
  ' ',
  '{"id":1}',
  7,
];

/** Has no content, so that no job can have it. */
export const BLANK: CrashRecord = { id: 'blank', text: '  ' };

/** Each text is that of one record of one moment, so that the answer, which is the text, says whose it is. */
export function recordsOf({ number, jobs, requestsPerJob, recordsPerRequest }: Moment): readonly CrashRecord[] {
  const count = jobs * requestsPerJob * recordsPerRequest - 1;
  const records = Array.from({ length: count }, (_, position) => ({
    id: HOSTILE[position] ?? `key-${position}`,
    text: `"${number}.${position}" ünd ${'x'.repeat((position * 7) % 40)}`,
  }));
  return records.toSpliced(2, 0, BLANK);
}
