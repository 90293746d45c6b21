import fc from 'fast-check';
import { lastValueFrom, of } from 'rxjs';
import { expect, it } from 'vitest';
import { toBatchPrompt } from '../../operators/toBatchPrompt.js';
import { charactersOf } from '../../src/prompt/characters.js';
import type { AskablePrompt } from '../../src/types/prompt.js';

const texts = fc.array(
  fc.string({ unit: 'binary', minLength: 1 }).filter((text) => text.trim() !== ''),
  {
    minLength: 1,
    maxLength: 5,
  },
);

it('counts what its records would be alone, to the character, in any encoding', async () => {
  await fc.assert(
    fc.asyncProperty(texts, fc.constantFrom('plain', 'json', 'xml'), async (records, encoding) => {
      const ask = async (batch: readonly string[]) =>
        (await lastValueFrom(of(batch).pipe(toBatchPrompt({ encoding, system: 'Rate.' })))) as AskablePrompt<string>;
      const prompt = await ask(records);
      const alone = await Promise.all(records.map((record) => ask([record])));
      const sum = alone.reduce((characters, { request }) => characters + charactersOf(request), 0);
      expect(prompt.charactersAlone()).toBe(sum);
      expect({ ...prompt }.charactersAlone()).toBe(sum);
      expect(prompt.subset([0]).charactersAlone()).toBe(charactersOf(alone[0]!.request));
    }),
  );
});
