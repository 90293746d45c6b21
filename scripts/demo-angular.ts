/**
 * Installs, builds and serves the application in `examples/angular`: `npm run demo:angular`, with `PORT` for another port than 4200.
 *
 * Without a key the stand-in server answers, which is a lexicon and no language model. With `LLM_API_KEY`, and `LLM_BASE_URL` and `LLM_MODEL`
 * where they are not OpenAI's, a real service does.
 */
import { startBackend } from '../examples/angular/server/backend.ts';
import { buildApplication, installApplication, PAGE } from './angular/application.ts';
import { demoModel } from './angular/demo-model.ts';

const { PORT = '4200', LLM_API_KEY: apiKey, LLM_BASE_URL: baseUrl, LLM_MODEL: model = 'gpt-4.1-mini' } = process.env;

console.log('installs …');
await installApplication();
console.log('builds …');
await buildApplication();

const upstream =
  apiKey === undefined ? await demoModel() : { baseUrl: baseUrl ?? 'https://api.openai.com/v1', apiKey, model };
const { url } = await startBackend({ page: PAGE, upstream, port: Number(PORT) });
console.log(`${url} is served; ${apiKey === undefined ? 'the stand-in server' : model} answers. Ctrl+C ends it.`);
