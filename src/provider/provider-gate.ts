import { createGate, type GateOptions } from '../flow/gate.js';
import type { Gate } from '../types/gate.js';
import { ProviderError } from '../types/provider.js';

/** The gate of a provider: what may pass later means that there was too much of it, what is wrong does not. */
export function providerGate(options: GateOptions): Gate {
  return createGate({
    isOverload: (error) => error instanceof ProviderError && error.kind === 'retryable',
    ...options,
  });
}
