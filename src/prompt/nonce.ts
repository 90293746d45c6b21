/** 32 characters that are hard to take for each other. */
const ALPHABET = 'abcdefghijkmnpqrstuvwxyz23456789';
const LENGTH = 6;

/**
 * `count` different nonces of 6 characters: 32⁶, about 10⁹, so that an answer with a nonce that was not copied from its record
 * hits another record's with a chance of about `count` in 10⁹.
 *
 * @param random - gives a number from 0 up to, not including, 1
 */
export function makeNonces(count: number, random: () => number): string[] {
  const nonces = new Set<string>();
  while (nonces.size < count) {
    let nonce = '';
    for (let i = 0; i < LENGTH; i++) nonce += ALPHABET.charAt(Math.floor(random() * ALPHABET.length));
    nonces.add(nonce);
  }
  return [...nonces];
}
