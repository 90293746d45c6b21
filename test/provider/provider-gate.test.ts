import { NEVER, throwError, VirtualTimeScheduler } from 'rxjs';
import { expect, test } from 'vitest';
import { providerGate } from '../../src/provider/provider-gate.js';
import { type AnswerClass, type ErrorCode } from '../../src/types/outcome.js';
import { ProviderError } from '../../src/types/provider.js';

const limitAfter = (error: unknown): number => {
  const gate = providerGate({ concurrency: 8, adaptive: true });
  gate.pass(throwError(() => error)).subscribe({ error: () => undefined });
  return gate.limit;
};

test.each<[AnswerClass, number]>([
  ['retryable', 4],
  ['splittable', 8],
  ['fatal', 8],
  ['final', 8],
])('an adaptive gate lets through after an error that is %s: %i', (kind, limit) => {
  expect(limitAfter(new ProviderError('no', { kind, code: 'server_error' }))).toBe(limit);
  expect(limitAfter(new Error('no'))).toBe(8);
});

test('a gate has what else it is told', () => {
  const gate = providerGate({ concurrency: 1 });
  gate.pass(NEVER).subscribe();
  gate.pass(NEVER).subscribe();

  expect(gate).toMatchObject({ concurrency: 1, inFlight: 1, waiting: 1, limit: Infinity });
});

test.each<[ErrorCode, number | undefined, string]>([
  ['server_error', 500, 'open'],
  ['server_error', 529, 'open'],
  ['server_error', undefined, 'open'],
  ['connection_error', undefined, 'open'],
  ['request_timeout', undefined, 'open'],
  ['request_timeout', 408, 'open'],
  ['server_error', 409, 'closed'],
  ['rate_limited', 429, 'closed'],
  ['unauthorized', 401, 'closed'],
  ['bad_request', undefined, 'closed'],
])('the circuit is, after nothing but %s with status %s: %s', (code, status, circuit) => {
  const gate = providerGate({});
  const failing = throwError(() => new ProviderError('no', { kind: 'retryable', code, status }));
  for (let times = 0; times < 10; times++) gate.pass(failing).subscribe({ error: () => undefined });
  expect(gate.circuit).toBe(circuit);
});

test('a probe that was never sent does not close the circuit, and one that got any answer does', () => {
  const scheduler = new VirtualTimeScheduler();
  const gate = providerGate({ scheduler, circuit: { minimumVolume: 1, resetMs: 5 } });
  const probe = (error: unknown): string => {
    scheduler.frame += 5;
    gate.pass(throwError(() => error)).subscribe({ error: () => undefined });
    return gate.circuit;
  };
  const providerError = (code: ErrorCode, status?: number) => new ProviderError('no', { kind: 'final', code, status });

  expect(probe(providerError('server_error', 500))).toBe('open');
  expect(probe({ code: 'budget_exhausted' })).toBe('open');
  expect(probe(providerError('bad_request'))).toBe('open');
  expect(probe(providerError('bad_request', 400))).toBe('closed');
});
