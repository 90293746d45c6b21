import type { GateOptions } from '../flow/gate.js';
import type { Completer, Provider } from '../types/provider.js';
import { providerGate } from './provider-gate.js';
import { send } from './send.js';
import { sendSettings } from './send-settings.js';

/** Options of {@link createProvider}: what completes requests, and the gate that they pass. */
export interface CreateProviderOptions extends Omit<Completer, 'gate'>, GateOptions {}

/**
 * Makes a provider of what answers one request: with a gate of its own, and the retries, timeouts and reports that all providers
 * have in common.
 *
 * @throws RangeError if an option of the gate is not an integer from 1
 */
export function createProvider({ name, model, capabilities, complete, ...gate }: CreateProviderOptions): Provider {
  const provider: Provider = {
    name,
    model,
    capabilities,
    gate: providerGate(gate),
    complete,
    send: (sending, settings) => send(provider, sending, settings),
    sendSettings,
  };
  return provider;
}
