import { expect as jestExpect } from '@jest/globals';
import { expect as vitestExpect } from 'vitest';
import 'rxjs-llm/testing/jest';
import 'rxjs-llm/testing/vitest';
import type { Outcome } from '../../src/index.js';

declare const outcome: Outcome<string, string>;

vitestExpect(outcome).toBeAnsweredWith('good');
vitestExpect(outcome).not.toHaveFailedWith('refusal');
vitestExpect([outcome]).toBeOneOutcomeEach(['x']);
await vitestExpect(Promise.resolve(outcome)).resolves.toBeAnsweredWith('good');
// @ts-expect-error -- no error has this code
vitestExpect(outcome).toHaveFailedWith('refused');
// @ts-expect-error -- records are a list
vitestExpect([outcome]).toBeOneOutcomeEach('x');

jestExpect(outcome).toBeAnsweredWith('good');
jestExpect(outcome).not.toHaveFailedWith('refusal');
jestExpect([outcome]).toBeOneOutcomeEach(['x']);
await jestExpect(Promise.resolve(outcome)).resolves.toBeAnsweredWith('good');
// @ts-expect-error -- no error has this code
jestExpect(outcome).toHaveFailedWith('refused');
// @ts-expect-error -- records are a list
jestExpect([outcome]).toBeOneOutcomeEach('x');
