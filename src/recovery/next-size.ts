import type { RecoveryStrategy } from '../types/recovery.js';
import type { Ask } from './ask.js';

/**
 * Most of an ask's failed records that are to be in one prompt; 0 if they are not to be asked again.
 *
 * @param cheapest - the size up to a given one at which a usable answer is expected to cost least
 */
export function nextSize(
  strategy: RecoveryStrategy,
  { first, prompt, round, wasAlone, failed, tooLarge }: Ask<unknown>,
  cheapest: (max: number) => number,
): number {
  const asked = prompt.records.length;
  const isRetry = strategy === 'retry';
  if (isRetry && round > 0) return 0;
  // Alone, the next reply may be better once, but a record that is at fault stays so.
  if (asked === 1) return tooLarge || wasAlone || (strategy !== 'reask' && !isRetry) ? 0 : 1;
  if (strategy === 'single') return 1;
  if (strategy === 'bisect') return Math.ceil(failed.length / 2);
  if (tooLarge) return Math.ceil(asked / 2);
  if (isRetry) return asked;
  // Together, then at most halves, then at most quarters: so it ends, whatever is expected.
  return cheapest(Math.min(failed.length, Math.ceil(first.records.length / 2 ** round)));
}
