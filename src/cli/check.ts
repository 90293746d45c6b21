import type { Writable } from 'node:stream';
import { type Environment, readOptions } from '../model/read-options.js';
import type { CheckArguments } from './check-arguments.js';
import { checkJson, checkText } from './check-report.js';
import { CliError, EXIT, type ExitStatus, reasonOf } from './failure.js';
import { type LoadedModel, loadModel, type ModelSources, readModelFile, veilFor } from './model-file.js';
import { optionRows } from './option-rows.js';
import { ping } from './ping.js';
import { createPredictor } from './predictor.js';
import { PROVIDERS } from './providers.js';

/** What a check touches besides the model's file. */
export interface CheckSurroundings {
  readonly env: Environment;
  readonly stdout: Writable;
  readonly stderr: Writable;
}

/**
 * Says what a model's options are and where they come from; with `ping`, asks the model once.
 *
 * @throws CliError if the model's file cannot be read
 */
export async function check(args: CheckArguments, { env, stdout, stderr }: CheckSurroundings): Promise<ExitStatus> {
  const { model: file, set, json } = args;
  const sources: ModelSources = { file, set, written: await readModelFile(file) };
  const found = await modelOf(sources, env);
  if ('mistakes' in found) {
    const { mistakes } = found;
    if (json) stdout.write(`${JSON.stringify({ model: file, valid: false, mistakes })}\n`);
    for (const mistake of mistakes) stderr.write(`rxjs-llm: ${mistake}\n`);
    return EXIT.misuse;
  }
  const options = optionRows(found, sources, env);
  const tokens = tokenCounter(found);
  const name = options.find((option) => option.name === 'model')?.value;
  const pinged = args.ping ? await ping(found, name) : null;
  const result = { model: file, options, tokens, ping: pinged };
  stdout.write(json ? `${JSON.stringify(checkJson(result))}\n` : checkText(result));
  const error = pinged?.error ?? null;
  if (error === null) return EXIT.complete;
  stderr.write(`rxjs-llm: ${error.message}\n`);
  return EXIT.misuse;
}

/** The model, or all that is wrong with it, a line each. */
async function modelOf(
  sources: ModelSources,
  env: Environment,
): Promise<LoadedModel | { readonly mistakes: readonly string[] }> {
  const mistakes = [...mistakesIn(sources.file, sources.written, env), ...mistakesIn('--set', sources.set, env)];
  if (mistakes.length > 0) return { mistakes: mistakes.map(veilFor(sources, env)) };
  try {
    const loaded = await loadModel(sources, env);
    createPredictor(loaded, sources.file, { next: () => undefined });
    return loaded;
  } catch (error) {
    if (!(error instanceof CliError)) throw error;
    return { mistakes: [error.message] };
  }
}

/** What is wrong with options that are wrong each for itself. */
function mistakesIn(place: string, written: ModelSources['written'], env: Environment): string[] {
  return Object.entries(written).flatMap(([name, value]) => {
    try {
      readOptions({ [name]: value }, env, PROVIDERS);
      return [];
    } catch (error) {
      return [`${place}: ${reasonOf(error)}`];
    }
  });
}

/** How `batch.max.tokens` is counted; `null` where nothing is. */
function tokenCounter({ model }: LoadedModel): 'gpt-tokenizer' | 'estimate' | null {
  if (model.options.batchMaxTokens === undefined) return null;
  return model.countTokens === undefined ? 'estimate' : 'gpt-tokenizer';
}
