/**
 * How a provider is told to reply in JSON. `json_schema` sends the reply's schema, where there is one; `json_object` asks for some
 * JSON object (OpenAI's JSON mode) and leaves its shape to the prompt; `off` sends neither.
 */
export type Structured = 'json_schema' | 'json_object' | 'off';

export const STRUCTURED: readonly Structured[] = ['json_schema', 'json_object', 'off'];
