import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { scaleOf } from '../../marbles/draw/scale.js';
import { type Hanging, topsOf } from '../../marbles/draw/stack.js';

const EDGES = { left: 100, right: 680 };

describe('scaleOf', () => {
  it('keeps the order of times, and the room that each needs', () => {
    const times = fc.array(fc.nat({ max: 100_000_000 }), { minLength: 1, maxLength: 20 });
    fc.assert(
      fc.property(times, fc.integer({ min: 10, max: 250 }), (times, width) => {
        const { x } = scaleOf(
          times,
          times.map((at) => ({ at, width })),
          EDGES,
        );
        const sorted = [...new Set(times)].sort((one, other) => one - other);
        const places = sorted.map(x);
        expect(places.every((place, nth) => nth === 0 || place > places[nth - 1]!)).toBe(true);
        expect(Math.min(...places)).toBeGreaterThanOrEqual(EDGES.left);
        expect(Math.max(...places) + width).toBeLessThanOrEqual(EDGES.right + 1e-6);
      }),
    );
  });

  it('draws as long times as long as each other, as far as they are not left out', () => {
    const { x, breaks } = scaleOf([1, 2, 7, 12], [], EDGES);
    expect(breaks).toEqual([]);
    expect(x(12) - x(7)).toBeCloseTo(x(7) - x(2));
    expect(x(2) - x(1)).toBeCloseTo((x(7) - x(2)) / 5);
  });

  it('leaves out what is long and empty, in a break of its own, however long it is', () => {
    const hours = scaleOf([3, 7_200_003, 7_200_004], [], EDGES);
    const days = scaleOf([3, 172_800_003, 172_800_004], [], EDGES);
    expect(hours.breaks).toMatchObject([{ from: 3, to: 7_200_003 }]);
    expect(days.x(172_800_004)).toBeCloseTo(hours.x(7_200_004));
    expect(hours.x(7_200_003) - hours.x(3)).toBeCloseTo(6 * (hours.x(7_200_004) - hours.x(7_200_003)));
    expect(hours.breaks[0]?.x).toBeCloseTo((hours.x(3) + hours.x(7_200_003)) / 2);
  });

  it('has its right edge for what never ends', () => {
    expect(scaleOf([1], [], EDGES).x(Infinity)).toBe(EDGES.right);
  });
});

describe('topsOf', () => {
  const boxes = fc
    .array(
      fc.record({
        left: fc.integer({ min: 0, max: 600 }),
        width: fc.integer({ min: 20, max: 200 }),
        height: fc.integer({ min: 20, max: 90 }),
      }),
      { maxLength: 12 },
    )
    .map((boxes) => boxes.sort((one, other) => one.left - other.left));

  it('lets no box cover another, nor the line that another hangs from', () => {
    fc.assert(
      fc.property(boxes, (boxes: readonly Hanging[]) => {
        const tops = topsOf(boxes, 7);
        boxes.forEach((one, nth) => {
          expect(tops[nth]).toBeGreaterThanOrEqual(7);
          boxes.slice(nth + 1).forEach((other, after) => {
            const later = tops[nth + 1 + after]!;
            const reaches = one.left + one.width > other.left;
            if (reaches) expect(tops[nth]).toBeGreaterThanOrEqual(later + other.height);
          });
        });
      }),
    );
  });

  it('leaves boxes that are apart where they are', () => {
    const apart = [0, 50, 100].map((left) => ({ left, width: 40, height: 20 }));
    expect(topsOf(apart, 3)).toEqual([3, 3, 3]);
  });
});
