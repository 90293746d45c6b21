import { EMPTY, NEVER, throwError, VirtualTimeScheduler } from 'rxjs';
import { expect, test } from 'vitest';
import { CircuitOpenError } from '../../src/flow/circuit.js';
import { createGate, type GateOptions } from '../../src/flow/gate.js';

const ignore = { error: () => undefined };

test('any error lowers the limit of a gate that is not told which ones mean too much', () => {
  const gate = createGate({ concurrency: 8, adaptive: true });
  gate.pass(throwError(() => 'whatever')).subscribe(ignore);
  expect(gate.limit).toBe(4);
});

test.each<[GateOptions, string]>([
  [{ concurrency: 0 }, 'concurrency must be an integer from 1, or Infinity; got 0'],
  [{ requestsPerMinute: 0 }, 'requestsPerMinute must be an integer from 1, or Infinity; got 0'],
  [{ tokensPerMinute: 1.5 }, 'tokensPerMinute must be an integer from 1, or Infinity; got 1.5'],
])('is not built with %o', (options, message) => {
  expect(() => createGate(options)).toThrow(new RangeError(message));
});

test('refuses work that could never start', () => {
  expect(() => createGate().pass(NEVER, { concurrency: 0 })).toThrow(
    new RangeError('concurrency must be an integer from 1, or Infinity; got 0'),
  );
});

test('what an open circuit refuses has the last failure for its cause, also if it opened when something went well', () => {
  const gate = createGate({ circuit: { minimumVolume: 3 }, scheduler: new VirtualTimeScheduler() });
  for (const work of [throwError(() => 'first'), throwError(() => 'last'), EMPTY]) gate.pass(work).subscribe(ignore);
  expect(gate.circuit).toBe('open');

  let refusal: unknown;
  gate.pass(NEVER, { whenOpen: 'fail' }).subscribe({ error: (error: unknown) => (refusal = error) });
  expect(refusal).toBeInstanceOf(CircuitOpenError);
  expect(refusal).toMatchObject({ name: 'CircuitOpenError', message: 'the circuit is open', cause: 'last' });
});
