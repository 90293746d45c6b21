import fc from 'fast-check';
import { expect, it } from 'vitest';
import { type InLine, Line } from '../../src/flow/line.js';

interface Member extends InLine<Member> {
  readonly number: number;
}

/** Somebody comes, or the one at this place leaves. */
const steps = fc.array(fc.oneof(fc.constant('come' as const), fc.nat(30)), { maxLength: 200 });

it('knows who is first, whoever comes and leaves from wherever', () => {
  fc.assert(
    fc.property(steps, (taken) => {
      const line = new Line<Member>();
      const expected: Member[] = [];
      for (const [number, step] of taken.entries()) {
        if (step === 'come') {
          const one: Member = { number, before: undefined, after: undefined };
          line.add(one);
          expected.push(one);
        } else
          for (const one of expected.splice(step % (expected.length || 1), 1)) {
            line.leave(one);
            line.leave(one);
            expect([one.before, one.after]).toEqual([undefined, undefined]);
          }
        expect([line.first, line.size, line.all()]).toEqual([expected[0], expected.length, expected]);
      }
    }),
  );
});
