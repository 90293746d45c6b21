/** The first character is a letter, so that no nonce reads as a number: 22 letters, and 32 characters in each other place. */
const FIRST = 10 * 32 ** 5;
const SPACE = 22 * 32 ** 5;

/**
 * `count` different nonces of 6 characters in base 32: about 7·10⁸ of them, so that an answer with a nonce that was not copied from
 * its record hits another record's with a chance of about `count` in 7·10⁸.
 *
 * @param random - gives a number from 0 up to, not including, 1
 */
export function makeNonces(count: number, random: () => number): string[] {
  const nonces = new Set<string>();
  // Counting on from the random number keeps it as random, and ends also with a source that repeats itself, or gives no number.
  for (let tries = 0; nonces.size < count; tries++) {
    const number = ((Math.floor(random() * SPACE) || 0) + tries) % SPACE;
    nonces.add((FIRST + number).toString(32));
  }
  return [...nonces];
}
