/** `import 'rxjs-llm/testing/vitest'` in a setup file adds the matchers for outcomes to vitest's `expect`, and their types. */
import { expect } from 'vitest';
import { outcomeMatchers, type OutcomeMatchers } from './kit/matchers.js';

declare module 'vitest' {
  // The parameters have to be those of vitest.
  // eslint-disable-next-line @typescript-eslint/no-empty-object-type, @typescript-eslint/no-unused-vars -- it only adds what it extends
  interface Matchers<R extends void | Promise<void> = void | Promise<void>, T = unknown> extends OutcomeMatchers<R> {}
}

expect.extend(outcomeMatchers);
