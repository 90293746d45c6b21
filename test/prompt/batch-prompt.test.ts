import { from, lastValueFrom, toArray } from 'rxjs';
import { expect, it } from 'vitest';
import { toBatchPrompt } from '../../operators/toBatchPrompt.js';
import { charactersOf } from '../../src/prompt/characters.js';

it('has one getter for all prompts, and each counts its own records', async () => {
  const batches = [['a'], ['b', 'cc']];
  const [one, two] = await lastValueFrom(from(batches).pipe(toBatchPrompt(), toArray()));
  const getterOf = (prompt: object | undefined) => Object.getOwnPropertyDescriptor(prompt, 'charactersAlone')?.get;
  expect(getterOf(one)).toBe(getterOf(two));
  expect(getterOf(one)).toBeTypeOf('function');

  const alone = charactersOf(one!.request!);
  expect(one!.charactersAlone).toBe(alone);
  expect(two!.charactersAlone).toBe(2 * alone + 1);
  expect({ ...two! }.charactersAlone).toBe(2 * alone + 1);
  expect(two!.subset([0]).charactersAlone).toBe(alone);
});
