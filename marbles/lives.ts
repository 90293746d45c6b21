import { TestScheduler } from 'rxjs/testing';

/** When something was subscribed, or a timer was started, and when it was over: `Infinity` if it never was. */
export interface Life {
  readonly subscribedFrame: number;
  unsubscribedFrame: number;
}

/** What subscription marbles say, several lives a row; in the time of a running scheduler. */
export function livesOf(rows: string | readonly string[]): readonly Life[] {
  return (typeof rows === 'string' ? [rows] : rows).flatMap((row) => {
    const beginnings = Array.from(row.matchAll(/\^/g), ({ index }) => index);
    return beginnings.map((from, at) => {
      const to = beginnings[at + 1] ?? row.length;
      const life = blank(row.slice(0, from)) + row.slice(from, to) + blank(row.slice(to));
      return TestScheduler.parseMarblesAsSubscriptions(life, true);
    });
  });
}

function blank(marbles: string): string {
  return marbles.replace(/[\^!]/g, '-');
}
