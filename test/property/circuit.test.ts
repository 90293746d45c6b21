import fc from 'fast-check';
import { NEVER, Observable, of, type Subscriber, type Subscription, throwError, VirtualTimeScheduler } from 'rxjs';
import { describe, expect, test } from 'vitest';
import { CircuitOpenError, type CircuitOptions, createCircuit } from '../../src/flow/circuit.js';
import { createGate } from '../../src/flow/gate.js';
import type { CircuitState, GatePriority } from '../../src/types/gate.js';
import { always } from './runs.js';

/** A clock that a test moves. */
class Clock extends VirtualTimeScheduler {
  advance(ms: number): void {
    this.maxFrames = this.frame + ms;
    this.flush();
    this.frame = this.maxFrames;
  }
}

/** How work ended, in letters: `+` well, `-` with a failure, `?` without saying anything, a digit is as many milliseconds of waiting. */
function statesAfter(script: string, options: CircuitOptions): CircuitState[] {
  const clock = new Clock();
  const circuit = createCircuit(options, clock);
  return Array.from(script, (letter) => {
    if (/\d/.test(letter)) clock.advance(Number(letter));
    else circuit.start()(letter === '+' ? 'well' : letter === '-' ? 'failed' : 'unknown', 'the cause');
    return circuit.state;
  });
}

const [C, O] = ['closed', 'open'] as const;

describe('the circuit', () => {
  test.each([
    ['opens when half of what has ended has failed', '+-+-', { minimumVolume: 4 }, [C, C, C, O]],
    ['stays closed below its share', '+-++-', { minimumVolume: 2, failureShare: 0.6 }, [C, C, C, C, C]],
    ['stays closed below its volume, whatever fails', '---', { minimumVolume: 4 }, [C, C, C]],
    ['never opens with a volume of Infinity', '-----', { minimumVolume: Infinity }, [C, C, C, C, C]],
    ['forgets what is older than its window', '-9-1-', { minimumVolume: 2, windowMs: 9 }, [C, C, C, C, O]],
    ['does not count what says nothing', '?-?-', { minimumVolume: 2 }, [C, C, C, O]],
    [
      'closes with a probe that is answered, and has forgotten all',
      '--5+--',
      { minimumVolume: 2, resetMs: 5 },
      [C, O, O, C, C, O],
    ],
    ['stays open with a probe that says nothing', '--5?+', { minimumVolume: 2, resetMs: 5 }, [C, O, O, O, C]],
  ] as const)('%s', (_, script, options, states) => {
    expect(statesAfter(script, options)).toEqual(states);
  });

  test('stays open for twice as long with each probe that fails, and as long as at first once it has closed', () => {
    const clock = new Clock();
    const circuit = createCircuit({ minimumVolume: 1, resetMs: 3, maxResetMs: 20 }, clock);
    const waits = Array.from('------+-', (letter) => {
      clock.advance(circuit.waitMs());
      circuit.start()(letter === '+' ? 'well' : 'failed');
      return circuit.waitMs();
    });
    expect(waits).toEqual([3, 6, 12, 20, 20, 20, 0, 3]);
  });

  test('goes by the probe alone while it is half-open, and not by what had started before', () => {
    const clock = new Clock();
    const circuit = createCircuit({ minimumVolume: 2, resetMs: 5 }, clock);
    const [early, one, two] = [circuit.start(), circuit.start(), circuit.start()];
    one('failed');
    two('failed', 'the cause');
    early('well');
    expect([circuit.state, circuit.waitMs(), circuit.failure().cause]).toEqual(['open', 5, 'the cause']);
    clock.advance(5);
    const probe = circuit.start();
    early('well');
    expect([circuit.state, circuit.waitMs()]).toEqual(['half-open', Infinity]);
    probe('well');
    probe('failed');
    two('failed');
    expect(circuit.state).toBe('closed');
  });

  test.each([
    [{ windowMs: 0 }, 'circuit.windowMs must be a number from 1; got 0'],
    [{ minimumVolume: 0 }, 'circuit.minimumVolume must be an integer from 1, or Infinity; got 0'],
    [{ failureShare: 0 }, 'circuit.failureShare must be above 0 and at most 1; got 0'],
    [{ failureShare: 1.1 }, 'circuit.failureShare must be above 0 and at most 1; got 1.1'],
    [{ failureShare: NaN }, 'circuit.failureShare must be a number from 0; got NaN'],
    [{ resetMs: 0 }, 'circuit.resetMs must be a number from 1; got 0'],
    [{ maxResetMs: 4999 }, 'circuit.maxResetMs must be a number from 5000; got 4999'],
  ])('is not built with %j', (circuit, message) => {
    expect(() => createGate({ circuit })).toThrow(message);
  });
});

const BROKEN = new Error('the other side is broken');
const CIRCUIT = { minimumVolume: 2, resetMs: 4, maxResetMs: 10 };

function openGate(clock: Clock) {
  const gate = createGate({ scheduler: clock, circuit: CIRCUIT });
  for (let times = 0; times < 2; times++) gate.pass(throwError(() => BROKEN)).subscribe({ error: () => undefined });
  return gate;
}

describe('a gate with a circuit', () => {
  test('lets the next one be the probe when a probe leaves', () => {
    const clock = new Clock();
    const gate = openGate(clock);
    const probe = gate.pass(NEVER).subscribe();
    let answered = false;
    gate.pass(of(1)).subscribe(() => (answered = true));
    clock.advance(4);
    expect([gate.circuit, gate.inFlight, gate.waiting]).toEqual(['half-open', 1, 1]);
    probe.unsubscribe();
    expect([gate.circuit, gate.inFlight, gate.waiting, answered]).toEqual(['closed', 0, 0, true]);
  });

  test('lets the next one be the probe also when one leaves on being told that it is', () => {
    const clock = new Clock();
    const gate = openGate(clock);
    const told: CircuitState[] = [];
    const onCircuit = (state: CircuitState): void => {
      told.push(state);
      probe.unsubscribe();
    };
    const probe = gate.pass(NEVER, { onCircuit }).subscribe();
    gate.pass(NEVER).subscribe();
    clock.advance(4);
    expect([told, gate.circuit, gate.inFlight, gate.waiting]).toEqual([['half-open'], 'half-open', 1, 0]);
  });

  test('fails with what was the last to fail', () => {
    const gate = openGate(new Clock());
    let failed: unknown;
    gate.pass(NEVER, { whenOpen: 'fail' }).subscribe({ error: (error: unknown) => (failed = error) });
    expect(failed).toBeInstanceOf(CircuitOpenError);
    expect(failed).toMatchObject({ cause: BROKEN });
  });

  test('goes by what errors say', () => {
    const gate = createGate({
      circuit: { minimumVolume: 1 },
      endingOf: (error) => (error === BROKEN ? 'failed' : 'well'),
    });
    gate.pass(throwError(() => 'busy')).subscribe({ error: () => undefined });
    expect(gate.circuit).toBe('closed');
    gate.pass(throwError(() => BROKEN)).subscribe({ error: () => undefined });
    expect(gate.circuit).toBe('open');
  });

  test('has no circuit unless it is given one', () => {
    const gate = createGate();
    for (let times = 0; times < 99; times++) gate.pass(throwError(() => BROKEN)).subscribe({ error: () => undefined });
    expect(gate.circuit).toBe('closed');
  });
});

type Event =
  | { readonly type: 'pass'; readonly priority: GatePriority; readonly whenOpen: 'wait' | 'fail' }
  | { readonly type: 'finish' | 'fail' | 'leave'; readonly which: number }
  | { readonly type: 'hold'; readonly ms: number }
  | { readonly type: 'wait'; readonly ms: number };

const event: fc.Arbitrary<Event> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      type: fc.constant('pass' as const),
      priority: fc.constantFrom<GatePriority[]>('recovery', 'retry', 'fresh'),
      whenOpen: fc.constantFrom('wait', 'wait', 'fail'),
    }),
  },
  { weight: 5, arbitrary: fc.record({ type: fc.constantFrom('finish', 'fail', 'fail', 'leave'), which: fc.nat(20) }) },
  { weight: 1, arbitrary: fc.record({ type: fc.constant('hold' as const), ms: fc.nat(12) }) },
  { weight: 2, arbitrary: fc.record({ type: fc.constant('wait' as const), ms: fc.nat(12) }) },
);

interface Passer {
  readonly whenOpen: 'wait' | 'fail';
  state: 'waiting' | 'in flight' | 'over' | 'refused';
  /** What the circuit was when it started. */
  startedIn?: CircuitState;
  subscription?: Subscription;
  subscriber?: Subscriber<never>;
}

/** A gate with a circuit in virtual time, and all that came to it. */
class World {
  readonly clock = new Clock();
  readonly passers: Passer[] = [];
  readonly gate;
  readonly told: CircuitState[] = ['closed'];
  readonly #concurrency: number;
  readonly #wrong: string[] = [];
  #heldUntil = 0;
  #openUntil = 0;

  constructor(concurrency: number) {
    this.#concurrency = concurrency;
    this.gate = createGate({ concurrency, scheduler: this.clock, circuit: CIRCUIT });
  }

  in(state: Passer['state']): Passer[] {
    return this.passers.filter((passer) => passer.state === state);
  }

  do(event: Event): void {
    if (event.type === 'pass') this.#pass(event);
    else if (event.type === 'wait') this.clock.advance(event.ms);
    else if (event.type === 'hold') this.#hold(event.ms);
    else {
      const there = [...this.in('in flight'), ...(event.type === 'leave' ? this.in('waiting') : [])];
      const passer = there[event.which % there.length];
      if (passer !== undefined) this.#end(passer, event.type);
    }
  }

  #pass({ priority, whenOpen }: Event & { type: 'pass' }): void {
    const passer: Passer = { whenOpen, state: 'waiting' };
    this.passers.push(passer);
    const work = new Observable<never>((subscriber) => {
      this.#checkStart(passer);
      Object.assign(passer, { subscriber, state: 'in flight', startedIn: this.gate.circuit });
      return () => (passer.state = 'over');
    });
    const onCircuit = (state: CircuitState, waitMs: number): void => {
      this.told.push(state);
      this.#openUntil = this.clock.now() + waitMs;
    };
    passer.subscription = this.gate.pass(work, { priority, whenOpen, onCircuit }).subscribe({
      error: (error: unknown) => {
        if (!(error instanceof CircuitOpenError)) return;
        if (passer.state !== 'waiting' || whenOpen === 'wait') this.#wrong.push('refused what waits or is in flight');
        passer.state = 'refused';
      },
    });
  }

  #hold(ms: number): void {
    this.#heldUntil = Math.max(this.#heldUntil, this.clock.now() + ms);
    this.gate.hold(ms);
  }

  #checkStart(passer: Passer): void {
    if (this.clock.now() < this.#heldUntil) this.#wrong.push('started while the gate was held');
    if (this.in('in flight').length >= this.#concurrency) this.#wrong.push('started above the limit');
    if (this.gate.circuit === 'open') this.#wrong.push('started in an open circuit');
    if (this.gate.circuit !== 'half-open') return;
    if (this.clock.now() < this.#openUntil) this.#wrong.push('probed before its time');
    if (passer !== this.in('waiting')[0]) this.#wrong.push('probed before one that had waited longer');
    if (this.in('in flight').some(({ startedIn }) => startedIn === 'half-open')) this.#wrong.push('probed twice');
  }

  #end(passer: Passer, how: 'finish' | 'fail' | 'leave'): void {
    if (how === 'leave') {
      if (passer.state === 'waiting') passer.state = 'over';
      passer.subscription?.unsubscribe();
      return;
    }
    passer.state = 'over';
    if (how === 'finish') passer.subscriber?.complete();
    else passer.subscriber?.error(BROKEN);
  }

  check(): void {
    const { gate, clock } = this;
    expect(this.#wrong).toStrictEqual([]);
    expect([gate.inFlight, gate.waiting]).toEqual([this.in('in flight').length, this.in('waiting').length]);
    const isBlocked = gate.circuit === 'half-open' || (gate.circuit === 'open' && clock.now() < this.#openUntil);
    if (isBlocked) expect(this.in('waiting').filter(({ whenOpen }) => whenOpen === 'fail')).toEqual([]);
    // Whoever can start has started; and a timer is alive only for those who wait for a time.
    const isFull = gate.inFlight >= this.#concurrency;
    const isHeld = clock.now() < this.#heldUntil;
    expect(gate.waiting === 0 || isFull || isHeld || isBlocked).toBe(true);
    const alive = clock.actions.filter(({ closed }) => !closed).length;
    const waitsForTime = gate.waiting > 0 && !isFull && gate.circuit !== 'half-open';
    expect(alive).toBe(waitsForTime ? 1 : 0);
  }
}

const events = fc.array(event, { maxLength: 30 });

test('starts nothing in an open circuit, one probe when its time has come, and all as soon as they may', () => {
  const seen = new Set<CircuitState>();
  always([fc.constantFrom(1, 2, 3), events], (concurrency, all) => {
    const world = new World(concurrency);
    for (const event of all) {
      world.do(event);
      world.check();
    }
    world.told.forEach((state) => seen.add(state));
  });
  expect([...seen].sort()).toEqual(['closed', 'half-open', 'open']);
});

test('everybody gets through in the end or is refused, whatever fails, and nothing is left', () => {
  always([fc.constantFrom(1, 2, 3), events, fc.constantFrom('finish', 'fail')], (concurrency, all, how) => {
    const world = new World(concurrency);
    for (const event of all) world.do(event);
    for (let round = 0; round < 4 * all.length && world.gate.waiting + world.gate.inFlight > 0; round++) {
      world.do({ type: 'wait', ms: 12 });
      world.do({ type: how, which: 0 });
    }
    expect([world.gate.waiting, world.gate.inFlight]).toEqual([0, 0]);
    world.check();
  });
});

test('leaves no timer and no start behind when all have left', () => {
  always([fc.constantFrom(1, 2, 3), events], (concurrency, all) => {
    const world = new World(concurrency);
    for (const event of all) world.do(event);
    const { length: tellings } = world.told;
    while (world.gate.waiting + world.gate.inFlight > 0) world.do({ type: 'leave', which: world.passers.length - 1 });
    world.clock.advance(100);
    world.check();
    expect(world.clock.actions.filter(({ closed }) => !closed)).toEqual([]);
    // One that leaves as the probe lets the next one be it.
    expect(world.told.slice(tellings).every((state) => state === 'half-open')).toBe(true);
  });
});
