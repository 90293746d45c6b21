import { optionsOf } from '../../provider/sdk-provider.js';
import type { JobProvider } from '../../types/job.js';
import { inDottedNames } from '../dotted-names.js';
import { CliError, EXIT, reasonOf } from '../failure.js';
import type { LoadedModel } from '../model-file.js';
import { needing } from '../optional-package.js';

/**
 * The batch jobs of a model's provider.
 *
 * @param file - the model's, for messages
 * @param spools - folder of requests that wait to be uploaded
 * @throws CliError if the provider has none, or a package is missing
 */
export async function jobsOf({ connection, veil }: LoadedModel, file: string, spools?: string): Promise<JobProvider> {
  const { provider, ...settings } = connection;
  const { structured, ...options } = optionsOf(settings);
  const what = `a batch job of "${provider}"`;
  try {
    switch (provider) {
      case 'openai':
      case 'openai-responses': {
        const { connectOpenAI, openaiJobs } = await needing('openai fast-json-stringify', what, loadOpenAI);
        const api = provider === 'openai' ? 'chat' : 'responses';
        return openaiJobs(connectOpenAI(settings), { ...options, api, structured, folder: spools });
      }
      case 'anthropic': {
        const { connectAnthropic, anthropicJobs } = await needing(
          '@anthropic-ai/sdk fast-json-stringify',
          what,
          loadAnthropic,
        );
        if (structured === 'json_object') throw new RangeError('response.structured: Anthropic has no JSON mode');
        return anthropicJobs(connectAnthropic(settings), { ...options, structured, folder: spools });
      }
      default:
        throw new TypeError(`provider must be openai, openai-responses or anthropic for batch jobs; it is ${provider}`);
    }
  } catch (error) {
    if (error instanceof CliError) throw error;
    throw new CliError(EXIT.misuse, veil(`${file}: ${inDottedNames(reasonOf(error))}`), { cause: error });
  }
}

async function loadOpenAI() {
  const [{ connectOpenAI }, { openaiJobs }] = await Promise.all([
    import('../../provider/openai-sdk.js'),
    import('../../job/openai/openai-jobs.js'),
  ]);
  return { connectOpenAI, openaiJobs };
}

async function loadAnthropic() {
  const [{ connectAnthropic }, { anthropicJobs }] = await Promise.all([
    import('../../provider/anthropic-sdk.js'),
    import('../../job/anthropic/anthropic-jobs.js'),
  ]);
  return { connectAnthropic, anthropicJobs };
}
