import type { ModelContext } from '../model/define-model.js';
import type { ModelOptions } from '../model/options.js';
import type { FormatContext } from '../model/response-format.js';
import { template } from '../prompt/content-template.js';
import { reasonOf } from './failure.js';
import { ifInstalled, needing } from './optional-package.js';
import { loadProvider } from './providers.js';

/**
 * Loads the optional packages that these options need, and no other. Where tokens are to be counted and `gpt-tokenizer` is not
 * installed, there is no counter, and the model estimates.
 *
 * @throws CliError saying what to install
 */
export async function contextFor(options: Partial<ModelOptions>): Promise<ModelContext> {
  const { provider, responseSchema, batchMaxTokens } = options;
  const formats = await formatContextFor(options);
  const providers = typeof provider === 'string' ? [await loadProvider(provider)] : [];
  const schema = responseSchema && (await needing('ajv', 'response.schema', () => import('../reply/json-schema.js')));
  const tokens = batchMaxTokens && (await ifInstalled(() => import('../prompt/count-tokens.js')));
  return {
    providers,
    template: contentTemplate,
    ...formats,
    ...(schema && { jsonSchema: schema.jsonSchema }),
    ...(tokens && { countTokens: tokens.countTokens }),
  };
}

/** JSON is repaired where the library for it is installed. */
async function formatContextFor({ responseFormat, responsePath }: Partial<ModelOptions>): Promise<FormatContext> {
  if (responseFormat === 'xml') {
    const { xmlFormat } = await needing('@xmldom/xmldom xpath', 'response.format xml', () => import('../reply/xml.js'));
    return { formats: [xmlFormat] };
  }
  if (responseFormat === 'delimited') return { formats: [(await import('../reply/delimited.js')).delimitedFormat] };
  const path = responsePath && (await needing('json-p3', 'response.path', () => import('../reply/json-path.js')));
  const repair = await ifInstalled(() => import('../reply/json-repair.js'));
  return { ...(path && { jsonPath: path.jsonPath }), ...(repair && { jsonRepair: repair.jsonRepair }) };
}

/** @throws TypeError naming the option: the engine names only the place */
function contentTemplate(text: string): (record: unknown) => string {
  try {
    return template(text);
  } catch (error) {
    throw new TypeError(
      `record.content is no template: ${reasonOf(error instanceof Error ? (error.cause ?? error) : error)}`,
      { cause: error },
    );
  }
}
