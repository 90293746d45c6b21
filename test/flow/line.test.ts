import fc from 'fast-check';
import { expect, it } from 'vitest';
import { Line } from '../../src/flow/line.js';

/** Somebody comes, or the one at this place leaves. */
const steps = fc.array(fc.oneof(fc.constant('come' as const), fc.nat(30)), { maxLength: 200 });

it('knows who is first, whoever comes and leaves from wherever', () => {
  fc.assert(
    fc.property(steps, (taken) => {
      const line = new Line<number>();
      const expected: number[] = [];
      for (const [number, step] of taken.entries()) {
        if (step === 'come') {
          line.add(number);
          expected.push(number);
        } else for (const one of expected.splice(step % (expected.length || 1), 1)) line.leave(one);
        expect([line.first, line.size, [...line]]).toEqual([expected[0], expected.length, expected]);
      }
    }),
  );
});
