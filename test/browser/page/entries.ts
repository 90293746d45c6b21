import { from, lastValueFrom, map, toArray } from 'rxjs';
import { json, type JsonFormatOptions, mlPredict } from 'rxjs-llm';
import { http } from 'rxjs-llm/http';
import { defineModel, type Model } from 'rxjs-llm/model';
import type { Provider } from 'rxjs-llm/provider';
import { outcomeLabel, summary } from 'rxjs-llm/testing';
import { TestScheduler } from 'rxjs/testing';
import { modelAt } from './run.js';

interface Review {
  readonly text: string;
}

const { origin } = location;
const texts = ['good', 'bad'];

/** What each entry is good for, done with it: `good=positive bad=negative`, where it asks the server about two reviews. */
const uses: Readonly<Record<string, () => Promise<string>>> = {
  'rxjs-llm': () => ask(modelAt(origin)),
  'rxjs-llm/model': async () => {
    const { modelFromOptions } = await import('rxjs-llm/model');
    const { httpFactory } = await import('rxjs-llm/http');
    const options = { provider: 'http', model: 'any', 'base.url': `${origin}/v1`, 'batch.size': '2' };
    return askReviews(modelFromOptions(options, { providers: [httpFactory] }) as Model<Review, string>);
  },
  'rxjs-llm/openai': async () => {
    const [{ default: OpenAI }, { openai }] = await Promise.all([import('openai'), import('rxjs-llm/openai')]);
    const client = new OpenAI({ apiKey: 'none', baseURL: `${origin}/v1`, dangerouslyAllowBrowser: true });
    return askBy(openai(client, { model: 'any' }));
  },
  'rxjs-llm/anthropic': async () => {
    const { default: Anthropic } = await import('@anthropic-ai/sdk');
    const { anthropic } = await import('rxjs-llm/anthropic');
    const client = new Anthropic({ apiKey: 'none', baseURL: origin, dangerouslyAllowBrowser: true });
    return askBy(anthropic(client, { model: 'any' }));
  },
  'rxjs-llm/http': () => askBy(http({ baseUrl: `${origin}/v1`, model: 'any', stream: false })),
  'rxjs-llm/xml': async () => {
    const { xml } = await import('rxjs-llm/xml');
    const [all, chosen] = [xml<string>(), xml<string>({ path: '//result' })];
    const said = [
      await ask(modelAt(origin, { responseFormat: all })),
      await ask(modelAt(origin, { responseFormat: chosen })),
    ];
    return [...new Set(said)].join(' or ');
  },
  'rxjs-llm/delimited': async () => {
    const { delimited } = await import('rxjs-llm/delimited');
    return ask(modelAt(origin, { responseFormat: delimited<string>() }));
  },
  'rxjs-llm/jsonpath': async () => {
    const { jsonPath } = await import('rxjs-llm/jsonpath');
    return askIn({ path: jsonPath('$.results[*]') });
  },
  'rxjs-llm/json-repair': async () => {
    const { jsonRepair } = await import('rxjs-llm/json-repair');
    return askIn({ repair: jsonRepair });
  },
  'rxjs-llm/json-schema': async () => {
    const { jsonSchema } = await import('rxjs-llm/json-schema');
    return ask(modelAt(origin, { responseSchema: jsonSchema<string>({ type: 'string' }) }));
  },
  'rxjs-llm/template': async () => {
    const { template } = await import('rxjs-llm/template');
    const provider = http({ baseUrl: `${origin}/v1`, model: 'any' });
    return askReviews(defineModel<Review, string>({ provider, recordContent: '{{text}}', batchSize: 2 }, { template }));
  },
  'rxjs-llm/tokens': async () => `${(await import('rxjs-llm/tokens')).countTokens('two tokens')} tokens`,
  'rxjs-llm/predictor': async () => {
    const { createPredictor } = await import('rxjs-llm/predictor');
    const predictor = createPredictor(modelAt(origin, { batchSize: 2 }));
    const outcomes = await Promise.all(texts.map((text) => predictor.predictAsync(text)));
    await predictor.close();
    return summary(outcomes);
  },
  'rxjs-llm/push-through': async () => {
    const { pushThrough } = await import('rxjs-llm/push-through');
    const options = { maxInFlight: 2, maxWaiting: 0, overflow: 'dropNewest' } as const;
    const all$ = from([...texts, 'fine']).pipe(
      pushThrough((some$) => some$.pipe(mlPredict(modelAt(origin, { batchSize: 2 }))), options),
    );
    return summary(await lastValueFrom(all$.pipe(toArray())));
  },
  'rxjs-llm/provider': async () => {
    const { abortable, createProvider } = await import('rxjs-llm/provider');
    const capabilities = { streaming: true, enforcesSchema: false };
    const complete = () =>
      abortable(async function* () {
        const results = texts.map((text, at) => ({ index: at + 1, value: `${text} itself` }));
        yield { type: 'text' as const, text: JSON.stringify({ results }) };
        yield { type: 'finish' as const, reason: 'stop' as const, usage: null };
      });
    return askBy(createProvider({ name: 'own', model: 'own', capabilities, complete }));
  },
  'rxjs-llm/testing': async () => {
    const { answering, fakeProvider } = await import('rxjs-llm/testing');
    const provider = fakeProvider(answering((text) => text.length, { latencyMs: 20_000 }));
    const seen: string[] = [];
    new TestScheduler(() => undefined).run(({ cold }) => {
      const answered$ = cold('(ab|)', { a: 'good', b: 'bad' }).pipe(mlPredict(modelAt(origin).with({ provider })));
      answered$.pipe(map(outcomeLabel<string>())).subscribe((label) => seen.push(label));
    });
    return seen.join(' ');
  },
};

/** What comes of an entry in this page: what its use gives, or how that fails. */
export async function useEntry(name: string): Promise<string> {
  const use = uses[name];
  if (use === undefined) return 'not used';
  return use().catch((error: unknown) => (error instanceof Error ? error.name : String(error)));
}

/** Checks values by a schema of zod, which compiles schemas unless it is told not to. */
export async function useZod(jitless: boolean): Promise<string> {
  const { config, z } = await import('zod');
  config({ jitless });
  const responseSchema = z.object({ sentiment: z.enum(['positive', 'negative']) });
  return ask(modelAt(origin, { responseSchema: responseSchema as never, failureStrategy: 'fail' }));
}

/** Evaluates text, which the policy forbids. */
export function evaluate(): string {
  try {
    const evaluated: (text: string) => unknown = eval;
    return String(evaluated('1'));
  } catch (error) {
    return error instanceof Error ? error.name : String(error);
  }
}

function askIn(options: JsonFormatOptions<string>): Promise<string> {
  return ask(modelAt(origin, { responseFormat: json<string>(options) }));
}

function askBy(provider: Provider): Promise<string> {
  return ask(modelAt(origin, { provider }));
}

async function ask(model: Model<string, string>): Promise<string> {
  return summary(await lastValueFrom(from(texts).pipe(mlPredict(model), toArray())));
}

async function askReviews(model: Model<Review, string>): Promise<string> {
  const reviews$ = from(texts.map((text): Review => ({ text })));
  return summary(await lastValueFrom(reviews$.pipe(mlPredict(model), toArray())), ({ text }) => text);
}
