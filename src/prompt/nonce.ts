const LENGTH = 6;
const SPACE = 32 ** LENGTH;

/**
 * `count` different nonces of 6 characters in base 32: about 10⁹ of them, so that an answer with a nonce that was not copied from
 * its record hits another record's with a chance of about `count` in 10⁹.
 *
 * @param random - gives a number from 0 up to, not including, 1
 */
export function makeNonces(count: number, random: () => number): string[] {
  const nonces = new Set<string>();
  // Counting on from the random number keeps it as random, and ends also with a source that repeats itself, as in tests.
  for (let tries = 0; nonces.size < count; tries++) {
    const number = (Math.floor(random() * SPACE) + tries) % SPACE;
    nonces.add(number.toString(32).padStart(LENGTH, '0'));
  }
  return [...nonces];
}
