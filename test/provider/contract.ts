import { describe } from 'vitest';
import { aborts } from './contract/aborts.js';
import { answers } from './contract/answers.js';
import { broken } from './contract/broken.js';
import { bytes } from './contract/bytes.js';
import { gate } from './contract/gate.js';
import { replies } from './contract/replies.js';
import { requests } from './contract/requests.js';
import { secrets } from './contract/secrets.js';
import { silence } from './contract/silence.js';
import type { Subject } from './subject.js';

/** What every provider has to keep to, over real HTTP against the stand-in server. A provider joins by one line in a test file. */
export function describeProvider(subject: Subject): void {
  describe(`the contract, kept by ${subject.name}`, () => {
    describe('replies', () => replies(subject));
    describe('requests', () => requests(subject));
    describe('answers that are no reply', () => answers(subject));
    describe('broken answers', () => broken(subject));
    describe('silence', () => silence(subject));
    describe('unsubscribing', () => aborts(subject));
    describe('the gate', () => gate(subject));
    describe('bytes', () => bytes(subject));
    describe('secrets', () => secrets(subject));
  });
}
