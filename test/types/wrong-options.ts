/**
 * One wrong value for each option, as an error that tsc has to find. Checked by tsc alone: nothing here runs.
 */
import { EMPTY, of } from 'rxjs';
import {
  bufferTimeOrCount,
  callLLM,
  json,
  mlPredict,
  parseIndexed,
  pullThrough,
  recoverFailed,
  toBatchPrompt,
} from '../../src/index.js';
import { createPredictor } from '../../operators/createPredictor.js';
import { pushThrough } from '../../operators/pushThrough.js';
import { createGate } from '../../src/flow/gate.js';
import { defineModel, type ModelContext, modelFromOptions } from '../../src/model/index.js';
import { http } from '../../src/provider/http.js';
import { openai } from '../../src/provider/openai.js';
import { delimited } from '../../src/reply/delimited.js';
import { jsonPath } from '../../src/reply/json-path.js';
import { jsonSchema } from '../../src/reply/json-schema.js';
import { xml } from '../../src/reply/xml.js';
import type OpenAI from 'openai';
import { provider, type Review, reviews$ } from './given.js';

// bufferTimeOrCount
// @ts-expect-error -- a number
bufferTimeOrCount({ maxCount: '20' });
// @ts-expect-error -- a number
bufferTimeOrCount({ maxWaitMs: '1s' });
// @ts-expect-error -- a number
bufferTimeOrCount({ maxWeight: null });
// @ts-expect-error -- gives a number
bufferTimeOrCount<Review>({ weight: (review) => review.text });
// @ts-expect-error -- reviews have no `size`
reviews$.pipe(bufferTimeOrCount({ weight: ({ size }) => 1 }));
// @ts-expect-error -- 'emit' or 'discard'
bufferTimeOrCount({ onSourceError: 'drop' });
// @ts-expect-error -- a scheduler
bufferTimeOrCount({ scheduler: 'async' });
// @ts-expect-error -- no such option
bufferTimeOrCount({ count: 20 });

// toBatchPrompt
// @ts-expect-error -- gives a string
toBatchPrompt<Review>({ content: (review) => review.text.length });
// @ts-expect-error -- a field's name or a function
toBatchPrompt({ content: 5 });
// @ts-expect-error -- one string
toBatchPrompt({ system: ['a'] });
// @ts-expect-error -- one string
toBatchPrompt({ template: () => 'a' });
// @ts-expect-error -- 'plain', 'json' or 'xml'
toBatchPrompt({ encoding: 'yaml' });
// @ts-expect-error -- a format, as json() makes one
toBatchPrompt({ format: 'json' });
// @ts-expect-error -- 'index' or 'nonce'
toBatchPrompt({ ids: 'uuid' });
// @ts-expect-error -- a number
toBatchPrompt({ maxOutputTokens: '100' });
// @ts-expect-error -- an object
toBatchPrompt({ fields: 'temperature' });
// @ts-expect-error -- gives a number
toBatchPrompt({ random: () => 'a' });

// callLLM
// @ts-expect-error -- a provider
callLLM('openai');
// @ts-expect-error -- a number
callLLM(provider, { maxRetries: '3' });
// @ts-expect-error -- an object
callLLM(provider, { backoff: 500 });
// @ts-expect-error -- a number
callLLM(provider, { backoff: { initialMs: '500' } });
// @ts-expect-error -- a number
callLLM(provider, { timeoutMs: '30s' });
// @ts-expect-error -- a number
callLLM(provider, { totalTimeoutMs: '30s' });
// @ts-expect-error -- a number
callLLM(provider, { concurrency: '8' });
// @ts-expect-error -- a number
callLLM(provider, { maxWaiting: '8' });
// @ts-expect-error -- 'recovery', 'retry' or 'fresh'
callLLM(provider, { priority: 'high' });
// @ts-expect-error -- 'wait' or 'fail'
callLLM(provider, { whenOpen: 'open' });
// @ts-expect-error -- gives an observable
callLLM(provider, { abandonWhen: () => true });
// @ts-expect-error -- 'error' or 'outcome'
callLLM(provider, { onFatal: 'ignore' });
// @ts-expect-error -- money for input and output
callLLM(provider, { price: 1 });
// @ts-expect-error -- an observer of all events
callLLM(provider, { events: { next: (event: string) => event } });
// @ts-expect-error -- gives a number
callLLM(provider, { random: () => 'a' });
// @ts-expect-error -- a scheduler
callLLM(provider, { scheduler: 'async' });

// @ts-expect-error -- what streams of one run share
callLLM(provider, { run: 'mine' });

// recoverFailed
// @ts-expect-error -- it has to know how to ask again
recoverFailed({ strategy: 'reask' });
// @ts-expect-error -- gives outcomes
recoverFailed({ attempt: (prompt) => of(prompt.id) });
// @ts-expect-error -- 'reask', 'bisect', 'single', 'retry' or 'fail'
recoverFailed({ attempt: () => EMPTY, strategy: 'again' });
// @ts-expect-error -- a number
recoverFailed({ attempt: () => EMPTY, budget: '2' });
// @ts-expect-error -- prices of input and output
recoverFailed({ attempt: () => EMPTY, price: 1 });
// @ts-expect-error -- takes events
recoverFailed({ attempt: () => EMPTY, events: { next: (event: string) => event } });

// parseIndexed
// @ts-expect-error -- a format, as json() makes one
parseIndexed({ format: 'json' });
// @ts-expect-error -- 'auto', 'early' or 'end'
parseIndexed({ release: 'late' });
// @ts-expect-error -- a boolean
parseIndexed({ positional: 'yes' });
// @ts-expect-error -- 'excerpt' or 'none'
parseIndexed({ evidence: true });
// @ts-expect-error -- an observer
parseIndexed({ events: () => undefined });

// json
// @ts-expect-error -- one string
json({ index: 1 });
// @ts-expect-error -- one string
json({ value: ['a'] });
// @ts-expect-error -- a Standard Schema: a plain JSON Schema goes through jsonSchema()
json({ schema: { type: 'string' } });
// @ts-expect-error -- a path, as jsonPath() makes one
json({ path: '$.data[*]' });
// @ts-expect-error -- a repair, as jsonRepair is one
json({ repair: true });
// @ts-expect-error -- one string
jsonPath(['$']);

// xml and delimited
// @ts-expect-error -- one string
xml({ index: 1 });
// @ts-expect-error -- one string
xml({ value: ['a'] });
// @ts-expect-error -- one string
xml({ path: /a/ });
// @ts-expect-error -- a schema that can check
xml({ schema: { type: 'string' } });
// @ts-expect-error -- one string
delimited({ separator: ['|'] });
// @ts-expect-error -- strings
delimited({ columns: 'a' });
// @ts-expect-error -- a regular expression
delimited({ path: 5 });
// @ts-expect-error -- a schema that can check
delimited({ schema: { type: 'string' } });
// @ts-expect-error -- an object
jsonSchema('string');

// pushThrough
const pushed = { maxInFlight: 40, maxWaiting: 100, overflow: 'dropOldest' } as const;
const outcomes = (records: typeof reviews$) => records.pipe(mlPredict(defineModel({ provider })));
// @ts-expect-error -- a number
pushThrough(outcomes, { ...pushed, maxInFlight: '40' });
// @ts-expect-error -- a number
pushThrough(outcomes, { ...pushed, maxWaiting: '100' });
// @ts-expect-error -- one of three
pushThrough(outcomes, { ...pushed, overflow: 'drop' });
// @ts-expect-error -- it has no default
pushThrough(outcomes, { maxInFlight: 40, maxWaiting: 100 });
// @ts-expect-error -- gives outcomes
pushThrough((records: typeof reviews$) => records, pushed);

// createPredictor
// @ts-expect-error -- a model, as defineModel() makes one
createPredictor(provider);
// @ts-expect-error -- a number, where the option is typed
createPredictor(defineModel({ provider }), { batchSize: '20' });
// @ts-expect-error -- a fatal answer is always an outcome
createPredictor(defineModel({ provider }), { onFatal: 'error' });
// @ts-expect-error -- a signal
void createPredictor(defineModel({ provider })).predictAsync('a', { signal: new AbortController() });

// pullThrough
async function* rows(): AsyncGenerator<Review> {}
// @ts-expect-error -- a number
pullThrough(rows(), (records) => records, { maxInFlight: '40' });
// @ts-expect-error -- a number
pullThrough(rows(), (records) => records, { maxInFlight: 40, quantum: '20' });
// @ts-expect-error -- it is required
pullThrough(rows(), (records) => records, {});
// @ts-expect-error -- something to pull from
pullThrough(reviews$, (records) => records, { maxInFlight: 40 });

// defineModel, and with it the overrides of mlPredict
// @ts-expect-error -- it is required
defineModel({});
// @ts-expect-error -- a provider, a factory or a name
defineModel({ provider: 5 });
// @ts-expect-error -- one string
defineModel({ provider, model: 5 });
// @ts-expect-error -- one string
defineModel({ provider, apiKey: 5 });
// @ts-expect-error -- one string
defineModel({ provider, baseUrl: new URL('http://a') });
// @ts-expect-error -- a number
defineModel({ provider, batchSize: '20' });
// @ts-expect-error -- a number
defineModel({ provider, batchTimeoutMs: '1s' });
// @ts-expect-error -- one string
defineModel({ provider, systemPrompt: ['a'] });
// @ts-expect-error -- one string
defineModel({ provider, batchPromptTemplate: () => 'a' });
// @ts-expect-error -- 'plain', 'json' or 'xml'
defineModel({ provider, recordFormat: 'yaml' });
// @ts-expect-error -- 'index' or 'nonce'
defineModel({ provider, recordIds: 'uuid' });
// @ts-expect-error -- gives a string
defineModel({ provider, recordContent: (review: Review) => review.text.length });
// @ts-expect-error -- 'json', 'xml', 'delimited', or a format
defineModel({ provider, responseFormat: 'yaml' });
// @ts-expect-error -- one string
defineModel({ provider, responsePath: ['$'] });
// @ts-expect-error -- one string
defineModel({ provider, responseIndexField: 1 });
// @ts-expect-error -- one string
defineModel({ provider, responseValueField: ['a'] });
// @ts-expect-error -- a schema, of any kind
defineModel({ provider, responseSchema: 'string' });
// @ts-expect-error -- 'auto', 'json_schema' or 'off'
defineModel({ provider, responseStructured: true });
// @ts-expect-error -- a number
defineModel({ provider, maxRetries: '3' });
// @ts-expect-error -- a number
defineModel({ provider, requestTimeoutMs: '30s' });
// @ts-expect-error -- a number
defineModel({ provider, requestTotalTimeoutMs: '30s' });
// @ts-expect-error -- a number
defineModel({ provider, concurrency: '8' });
// @ts-expect-error -- 'reask', 'bisect', 'single', 'retry' or 'fail'
defineModel({ provider, failureStrategy: 'again' });
// @ts-expect-error -- 'wait' or 'fail'
defineModel({ provider, failureWhenOpen: 'open' });
// @ts-expect-error -- a number
defineModel({ provider, maxOutputTokens: '100' });
// @ts-expect-error -- an object
defineModel({ provider, request: 'temperature' });
// @ts-expect-error -- a number
defineModel({ provider, priceInputPerMillion: '1' });
// @ts-expect-error -- a number
defineModel({ provider, priceOutputPerMillion: '1' });
// @ts-expect-error -- 'input' or 'arrival'
defineModel({ provider, order: 'random' });
// @ts-expect-error -- no such option
defineModel({ provider, batchsize: 20 });
// @ts-expect-error -- an object
modelFromOptions('openai');

// What a model's options refer to
// @ts-expect-error -- only factories
const providers: ModelContext = { providers: [provider.complete] };
// @ts-expect-error -- makes a schema
const compiler: ModelContext = { jsonSchema: () => 'schema' };
// @ts-expect-error -- what makes a format
const formats: ModelContext = { formats: [xml()] };
// @ts-expect-error -- makes a path
const paths: ModelContext = { jsonPath: (path) => path };
// @ts-expect-error -- a repair, as a value
const repairs: ModelContext = { jsonRepair: (text: string) => text };
// @ts-expect-error -- makes a content function
const engine: ModelContext = { template: (text: string) => text };
// @ts-expect-error -- only texts
const env: ModelContext = { env: { KEY: 5 } };

// mlPredict: the model's options, and what belongs to a run
const model = defineModel({ provider });
// @ts-expect-error -- a model, as defineModel() makes one
mlPredict(provider);
// @ts-expect-error -- a number, where the option is typed
mlPredict(model, { batchSize: '20' });
// @ts-expect-error -- 'error' or 'outcome'
mlPredict(model, { onFatal: 'ignore' });
// @ts-expect-error -- 'auto', 'early' or 'end'
mlPredict(model, { release: 'late' });
// @ts-expect-error -- 'excerpt' or 'none'
mlPredict(model, { evidence: true });
// @ts-expect-error -- an observer
mlPredict(model, { events: () => undefined });
// @ts-expect-error -- gives a number
mlPredict(model, { random: () => 'a' });
// @ts-expect-error -- a scheduler
mlPredict(model, { scheduler: 'async' });
// @ts-expect-error -- a number
model.with({ batchSize: '20' });

// Providers
declare const client: OpenAI;
// @ts-expect-error -- a client of the SDK
openai('key', { model: 'm' });
// @ts-expect-error -- it is required
openai(client, {});
// @ts-expect-error -- a boolean
openai(client, { model: 'm', stream: 'yes' });
// @ts-expect-error -- one of three
openai(client, { model: 'm', structured: true });
// @ts-expect-error -- a number
openai(client, { model: 'm', concurrency: '8' });
// @ts-expect-error -- it is required
http({ model: 'm' });
// @ts-expect-error -- one string
http({ model: 'm', baseUrl: 'http://a', apiKey: 5 });
// @ts-expect-error -- only texts
http({ model: 'm', baseUrl: 'http://a', headers: { a: 5 } });
// @ts-expect-error -- a number
http({ model: 'm', baseUrl: 'http://a', maxEventCharacters: '1' });
// @ts-expect-error -- a boolean
http({ model: 'm', baseUrl: 'http://a', enforcesSchema: 'yes' });
// @ts-expect-error -- a function like `fetch`
http({ model: 'm', baseUrl: 'http://a', fetch: 'fetch' });
// @ts-expect-error -- a number
createGate({ concurrency: '8' });
// @ts-expect-error -- an object
openai(client, { model: 'm', circuit: false });
// @ts-expect-error -- a number
openai(client, { model: 'm', circuit: { windowMs: '1m' } });
