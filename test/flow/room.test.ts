import { mergeMap, NEVER, of, range, Subject } from 'rxjs';
import { expect, test } from 'vitest';
import { Room } from '../../src/flow/room.js';

/** Lets numbers through a room of so many places; each stays inside until it is let out. */
function visit(places: number) {
  const source = new Subject<number>();
  const inside: number[] = [];
  const left: number[] = [];
  const exits = new Map<number, Subject<number>>();
  let completed = false;
  const room = new Room(places);
  const stay = mergeMap((visitor: number) => {
    inside.push(visitor);
    const exit = new Subject<number>();
    exits.set(visitor, exit);
    return exit;
  });
  const subscription = source
    .pipe(
      room.door(),
      room.inside(stay, (visitor) => visitor >= 0),
    )
    .subscribe({
      next: (visitor) => left.push(visitor),
      complete: () => {
        completed = true;
      },
    });
  /** A visitor gives a result: a negative one is not its last. */
  const say = (visitor: number, result: number): void => exits.get(visitor)?.next(result);
  const leave = (visitor: number): void => {
    say(visitor, visitor);
    exits.get(visitor)?.complete();
  };
  return { source, inside, left, say, leave, subscription, isComplete: () => completed };
}

test('as many as there are places are inside, and the others come in their order as places become free', () => {
  const { source, inside, left, say, leave } = visit(2);
  for (const visitor of [1, 2, 3, 4, 5]) source.next(visitor);
  expect(inside).toEqual([1, 2]);

  say(2, -2);
  expect(inside).toEqual([1, 2]);
  leave(2);
  expect(inside).toEqual([1, 2, 3]);
  leave(1);
  leave(3);
  expect(inside).toEqual([1, 2, 3, 4, 5]);
  expect(left).toEqual([-2, 2, 1, 3]);
});

test('its end waits for those at the door, and for those inside', () => {
  const { source, inside, leave, isComplete } = visit(1);
  source.next(1);
  source.next(2);
  source.complete();
  leave(1);
  expect([inside, isComplete()]).toEqual([[1, 2], false]);
  leave(2);
  expect(isComplete()).toBe(true);
});

test('nobody enters any more once nobody listens', () => {
  const { source, inside, leave, subscription } = visit(1);
  source.next(1);
  source.next(2);
  subscription.unsubscribe();
  leave(1);
  expect(inside).toEqual([1]);
});

test('who becomes two inside takes two places', () => {
  const room = new Room(2);
  const first = new Subject<string>();
  const inside: string[] = [];
  const source = new Subject<string>();
  source
    .pipe(
      room.door(),
      mergeMap((visitor) => [`${visitor}1`, `${visitor}2`]),
      room.inside(
        mergeMap((visitor) => {
          inside.push(visitor);
          return visitor === 'a1' ? first : NEVER;
        }),
        () => true,
      ),
    )
    .subscribe();
  source.next('a');
  source.next('b');
  expect(inside).toEqual(['a1', 'a2']);
  first.next('a1');
  expect(inside).toEqual(['a1', 'a2', 'b1', 'b2']);
});

test('however many wait, they enter one after the other when nothing holds them any more', () => {
  const COUNT = 50_000;
  const room = new Room(1);
  const first = new Subject<number>();
  const left: number[] = [];
  range(0, COUNT)
    .pipe(
      room.door(),
      room.inside(
        mergeMap((visitor) => (visitor === 0 ? first : of(visitor))),
        () => true,
      ),
    )
    .subscribe((visitor) => left.push(visitor));
  expect(left).toEqual([]);
  first.next(0);
  expect(left).toEqual([...Array(COUNT).keys()]);
});
