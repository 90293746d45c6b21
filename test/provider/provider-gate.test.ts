import { NEVER, throwError } from 'rxjs';
import { expect, test } from 'vitest';
import { providerGate } from '../../src/provider/provider-gate.js';
import { type AnswerClass } from '../../src/types/outcome.js';
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
