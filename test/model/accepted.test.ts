import { from, VirtualTimeScheduler } from 'rxjs';
import { describe, expect, test } from 'vitest';
import { mlPredict } from '../../operators/mlPredict.js';
import { createProvider } from '../../src/provider/create-provider.js';
import { type Model, modelFromOptions, type ResolvedOptions } from '../../src/model/define-model.js';
import { jsonPath } from '../../src/reply/json-path.js';
import { decodeRecords } from '../../src/prompt/decode.js';
import type { Outcome } from '../../src/types/outcome.js';
import type { CompletionRequest } from '../../src/types/prompt.js';
import type { CompletionEvent, ProviderFactory } from '../../src/types/provider.js';
import { always } from '../property/runs.js';
import { compile, modelOptions } from './written-options.js';

const TEXTS = ['one', 'two', 'a longer one '.repeat(30), 'four', 'five'];
const RECORDS = TEXTS.map((text) => ({ text, body: text, 'other field': text }));

/** What the model says of a record. */
const answerTo = (text: string): string => `answer to ${text}`;

/** Replies as a model with these options is asked to. */
function replyTo({ messages }: CompletionRequest, options: ResolvedOptions<unknown>): string {
  const { recordFormat, responseIndexField: index, responseValueField } = options;
  const field = responseValueField === '*' ? 'all' : responseValueField;
  const entries = decodeRecords(messages[0]!.content, recordFormat).map(({ id, text }) => ({
    // Nonces and numbers alike: a number is told by its text.
    ...(id === null ? {} : { [index]: id }),
    [field]: answerTo(text),
  }));
  return JSON.stringify(entries.length === 1 && options.responsePath === undefined ? entries[0] : { results: entries });
}

/** Connects to a provider that answers at once, and whose gate moves in virtual time. */
function answering(name: string, scheduler: VirtualTimeScheduler, model: () => Model): ProviderFactory {
  return {
    name,
    connect: ({ model: modelName, ...settings }) =>
      createProvider({
        ...settings,
        scheduler,
        name,
        model: modelName,
        capabilities: { streaming: true, enforcesSchema: false },
        complete: (request) =>
          from<CompletionEvent[]>([
            { type: 'open', status: 200 },
            { type: 'text', text: replyTo(request, model().options) },
            { type: 'finish', reason: 'stop', usage: null },
          ]),
      }),
  };
}

/** The errors that these options may end records with, although all is answered. */
function bounds({ options }: Model): readonly string[] {
  const { batchMaxTokens, recordDeadlineMs, budgetMaxCost } = options;
  return [
    ...(batchMaxTokens === undefined ? [] : ['too_large']),
    ...(recordDeadlineMs === undefined ? [] : ['deadline_exceeded']),
    ...(budgetMaxCost === undefined ? [] : ['budget_exhausted']),
  ];
}

function valueOf({ options }: Model, text: string): unknown {
  return options.responseValueField === '*' ? { all: answerTo(text) } : answerTo(text);
}

describe('whatever options are accepted', () => {
  test('make a pipeline that gives each record its answer, or the error of a bound that was set', () => {
    let answered = 0;
    const bounded = new Set<string>();
    always([modelOptions], ({ written }) => {
      const scheduler = new VirtualTimeScheduler();
      const providers = ['first', 'second'].map((name) => answering(name, scheduler, () => model));
      const model: Model = modelFromOptions(written, { providers, jsonSchema: compile, jsonPath, env: {} });
      const outcomes: Outcome<object, unknown>[] = [];
      let ended: unknown = 'nothing';
      try {
        from(RECORDS)
          .pipe(mlPredict(model, { scheduler }))
          .subscribe({
            next: (outcome) => outcomes.push(outcome),
            error: (error: unknown) => (ended = error),
            complete: () => (ended = 'complete'),
          });
      } catch (error) {
        expect((error as Error).message).toMatch(/^maxTokens must leave room for records/);
        expect(model.options).toHaveProperty('batchMaxTokens');
        return;
      }
      scheduler.flush();

      expect(ended).toBe('complete');
      if (model.options.order === 'arrival') outcomes.sort((one, other) => one.index - other.index);
      expect(outcomes.map(({ index }) => index)).toEqual([0, 1, 2, 3, 4]);
      for (const { value, error, index } of outcomes) {
        if (error === null) expect(value).toEqual(valueOf(model, RECORDS[index]!.text));
        else expect(bounds(model)).toContain(error.code);
        if (error === null) answered++;
        else bounded.add(error.code);
      }
    });

    // Otherwise the property would say little.
    expect(answered).toBeGreaterThan(10_000);
    expect([...bounded].sort()).toEqual(['budget_exhausted', 'deadline_exceeded', 'too_large']);
  });
});
