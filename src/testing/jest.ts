/** `import 'rxjs-llm/testing/jest'` in a setup file adds the matchers for outcomes to the `expect` of `@jest/globals`, and their types. */
import { expect } from '@jest/globals';
import { outcomeMatchers, type OutcomeMatchers } from './kit/matchers.js';

declare module 'expect' {
  // The parameters have to be those of jest.
  // eslint-disable-next-line @typescript-eslint/no-empty-object-type, @typescript-eslint/no-unused-vars -- it only adds what it extends
  interface Matchers<R extends void | Promise<void>, T = unknown> extends OutcomeMatchers<R> {}
}

expect.extend(outcomeMatchers);
