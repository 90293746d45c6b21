export {
  defineModel,
  type Model,
  type ModelContext,
  modelFromOptions,
  type ModelOverrides,
  type ResolvedOptions,
} from './define-model.js';
export type { FormatContext } from './response-format.js';
export type { ModelOptions } from './options.js';
export type { Environment, WrittenOptions } from './read-options.js';
