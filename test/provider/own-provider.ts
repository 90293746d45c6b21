import * as llm from '../../src/provider/index.js';

type Options = llm.GateOptions & { url: string; model: string; headers: Record<string, string>; stream?: boolean };

export function ownProvider({ url, model, headers, stream = true, ...gate }: Options): llm.Provider {
  const secrets = llm.secretsIn(Object.values(headers));
  return llm.createProvider({
    ...{ ...gate, name: 'own', model, capabilities: { streaming: stream, enforcesSchema: true } },
    complete: ({ system, messages, replySchema: schema, maxOutputTokens: max_tokens, fields }) =>
      llm.abortable(async function* (signal) {
        const said = system === undefined ? messages : [{ role: 'system', content: system }, ...messages];
        const stream_options = stream ? { include_usage: true } : undefined;
        const response_format = schema && { type: 'json_schema', json_schema: { name: 'reply', strict: true, schema } };
        const own = { model, messages: said, stream, stream_options, max_tokens, response_format };
        const init = { method: 'POST', headers, body: JSON.stringify({ ...fields, ...own }), signal };
        try {
          const response = await fetch(`${url}/chat/completions`, { ...init, redirect: 'manual' });
          yield llm.openEvent(response, secrets);
          if (!response.ok) yield* llm.readError(response, secrets);
          yield* llm.readAnswer(response, readPiece, secrets);
        } catch (error) {
          throw error instanceof llm.ProviderError ? error : llm.connectionError(error, secrets);
        }
      }),
  });
}

/** What one event of the stream says, or the whole answer where it is not streamed. */
function readPiece(piece: unknown): llm.Piece {
  const said = llm.fieldAt(piece, 'choices', 0, 'delta') ?? llm.fieldAt(piece, 'choices', 0, 'message');
  const [reason, refusal] = [llm.textAt(piece, 'choices', 0, 'finish_reason'), llm.textAt(said, 'refusal')];
  const known = (['stop', 'length', 'content_filter'] as const).find((name) => name === reason);
  const count = (...path: string[]) => llm.fieldAt(piece, 'usage', ...path);
  const cached = count('prompt_tokens_details', 'cached_tokens');
  const usage = llm.usageOf(count('prompt_tokens'), count('completion_tokens'), cached);
  return { text: llm.textAt(said, 'content') + refusal, reason: refusal === '' ? known : 'refusal', usage };
}
