import fc from 'fast-check';
import { Observable, type Subscriber, type Subscription, VirtualTimeScheduler } from 'rxjs';
import { expect, test } from 'vitest';
import { createGate } from '../../src/flow/gate.js';
import type { GatePriority } from '../../src/types/gate.js';
import { always } from './runs.js';

type Event =
  | { readonly type: 'pass'; readonly priority: GatePriority; readonly own: number | undefined; readonly work: Work }
  | { readonly type: 'finish' | 'fail' | 'leave'; readonly which: number }
  | { readonly type: 'hold'; readonly ms: number }
  | { readonly type: 'wait'; readonly ms: number };

/** What a piece of work does as soon as it starts. */
type Work = 'goes on' | 'ends at once' | 'fails at once' | 'holds the gate and fails';

const event: fc.Arbitrary<Event> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      type: fc.constant('pass' as const),
      priority: fc.constantFrom<GatePriority[]>('recovery', 'retry', 'fresh'),
      own: fc.constantFrom(undefined, undefined, 1, 2, 3, Infinity),
      work: fc.constantFrom<Work[]>(
        'goes on',
        'goes on',
        'goes on',
        'ends at once',
        'fails at once',
        'holds the gate and fails',
      ),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({ type: fc.constantFrom('finish', 'fail', 'leave'), which: fc.nat(20) }),
  },
  { weight: 1, arbitrary: fc.record({ type: fc.constant('hold' as const), ms: fc.nat(8) }) },
  { weight: 1, arbitrary: fc.record({ type: fc.constant('wait' as const), ms: fc.nat(6) }) },
);

const RANK: Readonly<Record<GatePriority, number>> = { recovery: 0, retry: 1, fresh: 2 };
const HOLD_MS = 3;

interface Passer {
  readonly rank: number;
  readonly limit: number;
  state: 'waiting' | 'in flight' | 'over';
  subscription?: Subscription;
  subscriber?: Subscriber<never>;
}

/** A gate in virtual time beside what is known of it from outside. */
class World {
  readonly scheduler = new VirtualTimeScheduler();
  readonly passers: Passer[] = [];
  readonly #concurrency: number;
  /** What was wrong at a start, where a throw would be the work's own error. */
  readonly #wrong: string[] = [];
  readonly #gate;
  #heldUntil = 0;

  constructor(concurrency: number) {
    this.#concurrency = concurrency;
    this.#gate = createGate({ concurrency, scheduler: this.scheduler });
  }

  in(state: Passer['state']): Passer[] {
    return this.passers.filter((passer) => passer.state === state);
  }

  get isHeld(): boolean {
    return this.scheduler.now() < this.#heldUntil;
  }

  /** Who is to go next: by priority, and then by arrival. */
  get head(): Passer | undefined {
    return this.in('waiting').sort((one, other) => one.rank - other.rank)[0];
  }

  do(event: Event): void {
    if (event.type === 'pass') this.#pass(event);
    else if (event.type === 'hold') this.#hold(event.ms);
    else if (event.type === 'wait') this.#wait(event.ms);
    else {
      const there =
        event.type === 'leave' ? this.passers.filter(({ state }) => state !== 'over') : this.in('in flight');
      const passer = there[event.which % there.length];
      if (passer !== undefined) this.#end(passer, event.type);
    }
  }

  #pass({ priority, own, work }: Event & { type: 'pass' }): void {
    const passer: Passer = { rank: RANK[priority], limit: own ?? this.#concurrency, state: 'waiting' };
    this.passers.push(passer);
    const observable = new Observable<never>((subscriber) => {
      passer.subscriber = subscriber;
      this.#checkStart(passer);
      passer.state = 'in flight';
      if (work === 'holds the gate and fails') this.#hold(HOLD_MS);
      if (work !== 'goes on') this.#end(passer, work === 'ends at once' ? 'finish' : 'fail');
      return () => {
        passer.state = 'over';
      };
    });
    passer.subscription = this.#gate
      .pass(observable, { priority, concurrency: own })
      .subscribe({ error: () => undefined });
  }

  #checkStart(passer: Passer): void {
    if (this.isHeld) this.#wrong.push('started while the gate was held');
    if (passer !== this.head) this.#wrong.push('overtook another');
    if (this.in('in flight').length >= passer.limit) this.#wrong.push('started above its limit');
  }

  #end(passer: Passer, how: 'finish' | 'fail' | 'leave'): void {
    if (how === 'leave') {
      // Who waits is gone at once; what is in flight is gone when it has been told so.
      if (passer.state === 'waiting') passer.state = 'over';
      passer.subscription?.unsubscribe();
      return;
    }
    passer.state = 'over';
    if (how === 'finish') passer.subscriber?.complete();
    else passer.subscriber?.error(new Error('the work failed'));
  }

  #hold(ms: number): void {
    this.#heldUntil = Math.max(this.#heldUntil, this.scheduler.now() + ms);
    this.#gate.hold(ms);
  }

  #wait(ms: number): void {
    this.scheduler.maxFrames = this.scheduler.now() + ms;
    this.scheduler.flush();
    this.scheduler.frame = this.scheduler.maxFrames;
  }

  check(): void {
    expect(this.#wrong).toStrictEqual([]);
    expect(this.#gate.inFlight).toBe(this.in('in flight').length);
    expect(this.#gate.waiting).toBe(this.in('waiting').length);
    const { head } = this;
    const isFull = head !== undefined && this.in('in flight').length >= head.limit;
    // Whoever can start has started, unless a hold is on; then a timer is alive, and else none.
    expect(head === undefined || isFull || this.isHeld).toBe(true);
    expect(this.scheduler.actions.length).toBeLessThanOrEqual(head !== undefined && this.isHeld ? 1 : 0);
  }
}

const events = fc.array(event, { maxLength: 14 });

test('the gate lets work start in order of priority and arrival, within every limit, and as soon as it may', () => {
  always([fc.constantFrom(1, 2, 3), events], (concurrency, all) => {
    const world = new World(concurrency);
    for (const event of all) {
      world.do(event);
      world.check();
    }
  });
});

test('everybody who waits at the gate gets through in the end', () => {
  always([fc.constantFrom(1, 2, 3), events], (concurrency, all) => {
    const world = new World(concurrency);
    for (const event of all) world.do(event);
    for (let round = 0; round < 2 * all.length && world.in('over').length < world.passers.length; round++) {
      world.do({ type: 'wait', ms: 10 });
      world.do({ type: 'finish', which: 0 });
    }
    expect(world.in('over')).toHaveLength(world.passers.length);
    world.check();
  });
});

test('work that leaves has stopped before other work takes its place', () => {
  const gate = createGate({ concurrency: 1 });
  const seen: string[] = [];
  const work = (name: string) =>
    new Observable<never>(() => {
      seen.push(`${name} starts`);
      return () => seen.push(`${name} stops`);
    });
  const first = gate.pass(work('first')).subscribe();
  gate.pass(work('second')).subscribe();
  first.unsubscribe();
  expect(seen).toStrictEqual(['first starts', 'first stops', 'second starts']);
});

test('work that is over by the time of its turn never starts, holds nobody up, and is not what probes a circuit', () => {
  const scheduler = new VirtualTimeScheduler();
  const circuit = { minimumVolume: 1 };
  const gate = createGate({ concurrency: 1, circuit, scheduler });
  const started: string[] = [];
  const work = (name: string) =>
    new Observable<never>((subscriber) => {
      started.push(name);
      if (name === 'fails') subscriber.error(new Error('the work failed'));
    });
  gate.pass(work('fails')).subscribe({ error: () => undefined });
  const over = gate.pass(work('over'), { isOver: () => scheduler.now() > 0 }).subscribe();
  gate.pass(work('probes')).subscribe();
  scheduler.flush();
  expect(started).toStrictEqual(['fails', 'probes']);
  expect(over.closed).toBe(false);
  over.unsubscribe();
  expect(gate).toMatchObject({ circuit: 'half-open', inFlight: 1, waiting: 0 });
});
