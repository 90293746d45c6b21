import { VirtualTimeScheduler } from 'rxjs';
import { expect, test } from 'vitest';
import { createTimeouts } from '../../src/provider/timeouts.js';
import { HandClock } from './ask.js';

/** Requests that are bounded, and what became of them. */
function bounded(silenceMs: number, totalMs = Infinity) {
  const clock = new HandClock();
  const timeouts = createTimeouts({ silenceMs, totalMs }, clock);
  const expired: string[] = [];
  const start = (name: string) => {
    const request = timeouts.start((why) => {
      expired.push(`${name} at ${clock.now()}: ${why}`);
      request.end();
    });
    return request;
  };
  return { clock, expired, start };
}

test('each request has its own time, with one timer for all', () => {
  const { clock, expired, start } = bounded(10, 25);
  start('a');
  clock.advance(4);
  const b = start('b');
  clock.advance(5);
  b.heard();
  expect(clock.actions.length).toBe(1);

  clock.advance(8);
  b.heard();
  expect(expired).toEqual(['a at 10: silence for 10 ms']);
  clock.advance(8);
  b.heard();
  clock.advance(100);
  expect(expired).toEqual(['a at 10: silence for 10 ms', 'b at 29: no end within 25 ms']);
});

test('requests that are due at the same time all expire', () => {
  const { clock, expired, start } = bounded(10);
  start('a');
  start('b');
  clock.advance(10);
  expect(expired).toEqual(['a at 10: silence for 10 ms', 'b at 10: silence for 10 ms']);
});

test('what comes when the time is over is too late', () => {
  const { clock, expired, start } = bounded(10, 5);
  const late = start('late');
  // The clock is there before the timer.
  clock.frame = 5;
  late.heard();
  expect(expired).toEqual(['late at 5: no end within 5 ms']);
});

test('no timer is left when nothing is in flight, and none where there are no bounds', () => {
  const { clock, start } = bounded(10);
  const [a, b] = [start('a'), start('b')];
  a.end();
  expect(clock.actions.length).toBe(1);
  b.end();
  b.end();
  expect(clock.actions.length).toBe(0);

  const unbounded = new VirtualTimeScheduler();
  createTimeouts({ silenceMs: Infinity, totalMs: Infinity }, unbounded).start(() => undefined);
  expect(unbounded.actions.length).toBe(0);
});

test('a clock that is set back does not let a silence last', () => {
  const { clock, expired, start } = bounded(10);
  clock.advance(1000);
  start('a');
  clock.now = () => clock.frame - 500;
  // The timer is due when it was; it looks again after one more silence.
  clock.advance(25);
  expect(expired).toEqual(['a at 520: silence for 10 ms']);
});
