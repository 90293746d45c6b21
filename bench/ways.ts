/** The ways that `overhead` compares: each asks a model for a value for each record. */
import { SimpleChatModel } from '@langchain/core/language_models/chat_models';
import type { BaseMessage } from '@langchain/core/messages';
import { JsonOutputParser } from '@langchain/core/output_parsers';
import { ChatPromptTemplate } from '@langchain/core/prompts';
import DataLoader from 'dataloader';
import PQueue from 'p-queue';
import { bufferCount, concatMap, from, lastValueFrom, mergeMap, of, toArray } from 'rxjs';
import { type LlmEvent, mlPredict } from 'rxjs-llm';
import { defineModel } from 'rxjs-llm/model';
import { createProvider } from 'rxjs-llm/provider';
import {
  type Answered,
  type Answerer,
  BATCH,
  batchesOf,
  CONCURRENCY,
  promptOf,
  type Review,
  SYSTEM,
  valuesOf,
} from './batch-task.ts';

/** Gives a value for each record. */
export type Way = (records: readonly Review[], answerer: Answerer) => Promise<readonly Answered[]>;

/** What a run of `mlPredict` reported. */
export const reported = { events: 0 };

/** Index matching, order, one outcome a record, recovery and events. */
export const withMlPredict: Way = (records, answerer) => {
  const provider = createProvider({
    name: 'in-process',
    model: 'none',
    capabilities: { streaming: false, enforcesSchema: false },
    concurrency: CONCURRENCY,
    complete: ({ messages: [message] }) =>
      from(answerer.ask(message?.content ?? '', BATCH)).pipe(
        concatMap((text) => [
          { type: 'open' as const, status: 200 },
          { type: 'text' as const, text },
          { type: 'finish' as const, reason: 'stop' as const, usage: null },
        ]),
      ),
  });
  const model = defineModel<Review>({ provider, systemPrompt: SYSTEM, batchSize: BATCH, order: 'input' });
  const events = {
    next: (_: LlmEvent) => {
      reported.events++;
    },
  };
  return lastValueFrom(from(records).pipe(mlPredict(model, { events }), toArray()));
};

/** What one writes who has a model, and nothing else in mind. Nothing is safe in it. */
export const withPipe: Way = (records, answerer) =>
  lastValueFrom(
    from(records).pipe(
      bufferCount(BATCH),
      mergeMap(
        (batch) =>
          of(promptOf(batch)).pipe(
            mergeMap((prompt) => answerer.ask(prompt, batch.length)),
            mergeMap((reply) => valuesOf(batch, reply)),
          ),
        CONCURRENCY,
      ),
      toArray(),
    ),
  );

/** The same prompts and `JSON.parse`, one after the other, and no waiting: less cannot be done. */
export const withLoop: Way = async (records, answerer) => {
  const outcomes: Answered[] = [];
  for (let at = 0; at < records.length; at += BATCH) {
    const batch = records.slice(at, at + BATCH);
    if (promptOf(batch) !== '') outcomes.push(...valuesOf(batch, answerer.answer(batch.length)));
  }
  return outcomes;
};

export const withDataloader: Way = async (records, answerer) => {
  const ask = async (batch: readonly Review[]): Promise<readonly Answered[]> =>
    valuesOf(batch, await answerer.ask(promptOf(batch), batch.length));
  const loader = new DataLoader(ask, { maxBatchSize: BATCH, cache: false });
  return Promise.all(records.map((record) => loader.load(record)));
};

export const withPQueue: Way = async (records, answerer) => {
  const queue = new PQueue({ concurrency: CONCURRENCY });
  const ask = async (batch: readonly Review[]): Promise<readonly Answered[]> =>
    valuesOf(batch, await answerer.ask(promptOf(batch), batch.length));
  const batches = await Promise.all(batchesOf(records).map((batch) => queue.add(() => ask(batch))));
  return batches.flat();
};

/** A model of LangChain in this process. */
class InProcessModel extends SimpleChatModel {
  readonly #answerer: Answerer;

  constructor(answerer: Answerer) {
    super({});
    this.#answerer = answerer;
  }

  override _llmType(): string {
    return 'in-process';
  }

  override _call([message]: BaseMessage[]): Promise<string> {
    return this.#answerer.ask(message?.text ?? '', 1);
  }
}

/** One call a record, as `.batch` has it. */
export const withLangChain: Way = async (records, answerer) => {
  const prompt = ChatPromptTemplate.fromMessages([
    ['system', SYSTEM],
    ['human', 'Reply with JSON only, in this form: {{"value": <your answer>}}\n\nInput: {text}'],
  ]);
  const chain = prompt.pipe(new InProcessModel(answerer)).pipe(new JsonOutputParser<{ value: unknown }>());
  const values = await chain.batch(
    records.map(({ text }) => ({ text })),
    { maxConcurrency: CONCURRENCY },
  );
  return values.map(({ value }, position) => ({ record: records[position]!, value }));
};
