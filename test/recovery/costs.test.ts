import { noop } from 'rxjs';
import { describe, expect, test } from 'vitest';
import { promptsFor } from '../../marbles/recoverFailed/outcomes.js';
import { Ask } from '../../src/recovery/ask.js';
import { Costs } from '../../src/recovery/costs.js';
import type { Failure } from '../../src/types/outcome.js';
import type { AskablePrompt } from '../../src/types/prompt.js';

const BATCH = 'abcdefghijkl';
const LONG = 'rule '.repeat(320);
const MISSING: Failure = { code: 'record_missing', message: 'missing' };

function promptFor(letters: string, system = LONG): AskablePrompt<string> {
  const [prompt] = promptsFor({ asks: [letters], system });
  if (prompt?.request == null) throw new Error('it can be asked');
  return prompt;
}

/** Lets a prompt be asked, with this many records that failed. */
function ask(costs: Costs, prompt: AskablePrompt<string>, failed: number, failure = MISSING, value = 'good'): void {
  const asked = new Ask(costs, prompt);
  const { id: batchId, records, indices } = prompt;
  records.forEach((record, position) => {
    const base = { record, index: indices[position]!, batchId, attempts: 1 };
    const error = { ...failure, ...base };
    asked.take(position < failed ? { ...base, value: null, error } : { ...base, value, error: null }, noop);
  });
  costs.enter(prompt);
  costs.settle(asked);
}

/** The size that is chosen for a whole batch that failed. */
function chosen(costs: Costs, system = LONG): number {
  return costs.cheapest(promptFor(BATCH, system), BATCH.length, BATCH.length);
}

describe('the size at which a usable answer costs least', () => {
  test('is the whole batch where nothing is known, or all went well', () => {
    const costs = new Costs(1);
    expect(chosen(costs)).toBe(12);
    for (let batch = 0; batch < 20; batch++) ask(costs, promptFor(BATCH), 0);
    expect(chosen(costs)).toBe(12);
  });

  test('goes down with what was unusable, and less where each prompt repeats more', () => {
    const costs = new Costs(1);
    for (let batch = 0; batch < 20; batch++) ask(costs, promptFor(BATCH), 8);
    expect(chosen(costs, 'Rate them.')).toBeLessThan(chosen(costs));
    expect(chosen(costs)).toBeLessThan(12);
  });

  test('is smaller where replies are long: there is less in what prompts repeat', () => {
    const [short, long] = ['good', 'good '.repeat(200)].map((value) => {
      const costs = new Costs(1);
      for (let batch = 0; batch < 20; batch++) ask(costs, promptFor(BATCH), 6, MISSING, value);
      return chosen(costs);
    });
    expect(long).toBeLessThan(short!);
  });

  test.each<Failure>([
    { code: 'context_length', message: 'too long', kind: 'splittable' },
    { code: 'length_stop', message: 'cut' },
    { code: 'connection_error', message: 'broke off', kind: 'retryable', interrupted: true },
    { code: 'server_error', message: 'down', kind: 'retryable' },
  ])('learns nothing from what was not the fault of the reply: $code', (failure) => {
    const costs = new Costs(1);
    for (let batch = 0; batch < 20; batch++) ask(costs, promptFor(BATCH), 12, failure);
    expect(chosen(costs)).toBe(12);
  });

  test('learns nothing about batches from records that fail alone', () => {
    const costs = new Costs(1);
    for (let record = 0; record < 20; record++) ask(costs, promptFor('a'), 1);
    expect(chosen(costs)).toBe(12);
  });

  test('counts values that no JSON can say as it counts none', () => {
    const costs = new Costs(1);
    ask(costs, promptFor(BATCH), 0, MISSING, 1n as unknown as string);
    expect(chosen(costs)).toBe(12);
  });
});

describe('the budget', () => {
  test('is what single calls cost, in input and output, or what 50 of them cost for asking again', () => {
    const costs = new Costs(1, { inputPerMillion: 1, outputPerMillion: 0 });
    for (let batch = 0; batch < 100; batch++) ask(costs, promptFor(BATCH), 0);
    const { charactersAlone, request } = promptFor(BATCH);
    const sent = request.system!.length + request.messages[0]!.content.length;
    let reserved = 0;
    while (costs.reserve(promptFor(BATCH))) reserved++;
    expect(reserved).toBe(Math.floor((100 * (charactersAlone() - sent)) / sent));
  });

  test('takes prices into account', () => {
    const calls = (outputPerMillion: number): number => {
      const costs = new Costs(1, { inputPerMillion: 1, outputPerMillion });
      for (let batch = 0; batch < 100; batch++) ask(costs, promptFor(BATCH, 'Rate.'), 0);
      let reserved = 0;
      while (costs.reserve(promptFor(BATCH, 'Rate.'))) reserved++;
      return reserved;
    };
    expect(calls(8)).toBeLessThan(calls(1));
  });
});
