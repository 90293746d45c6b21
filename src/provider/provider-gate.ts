import type { Ending } from '../flow/circuit.js';
import { createGate, type GateOptions } from '../flow/gate.js';
import type { Gate } from '../types/gate.js';
import { ProviderError } from '../types/provider.js';

/** The gate of a provider: what may pass later means that there was too much of it, what is wrong does not. */
export function providerGate(options: GateOptions): Gate {
  return createGate({
    isOverload: (error) => error instanceof ProviderError && error.kind === 'retryable',
    endingOf: (error) => (error instanceof ProviderError ? endingOf(error) : 'unknown'),
    ...options,
    circuit: options.circuit ?? {},
  });
}

/** A server that gives no answer, or one that says so itself, is broken. One that says anything else (429, 401 …) is there. */
function endingOf({ code, status }: ProviderError): Ending {
  if (code === 'connection_error' || code === 'request_timeout') return 'failed';
  if (code === 'server_error' && (status === undefined || status >= 500)) return 'failed';
  return status === undefined ? 'unknown' : 'well';
}
