import { ProviderError } from '../types/provider.js';

/** Most bytes of an answer: a hundred times the longest reply that a model can give. */
const MAX_ANSWER_BYTES = 64 * 2 ** 20;
/** Most bytes of an error's body that are read; whatever comes after them says no more. */
const MAX_ERROR_BYTES = 64 * 2 ** 10;

/** The body of an answer as text, piece by piece as it comes. Throws once it is more than 64 MiB. */
export async function* answerText(response: Response): AsyncGenerator<string> {
  let bytes = 0;
  for await (const [text, size] of piecesOf(response)) {
    bytes += size;
    if (bytes > MAX_ANSWER_BYTES) throw tooLong();
    yield text;
  }
}

/** The body of an error as text, piece by piece as it comes; the first 64 KiB of it, or as much as comes before it breaks off. */
export async function* errorText(response: Response): AsyncGenerator<string> {
  let bytes = 0;
  const pieces = piecesOf(response);
  try {
    for (let next = await read(pieces); next !== undefined; next = await read(pieces)) {
      const [text, size] = next;
      yield text;
      bytes += size;
      if (bytes >= MAX_ERROR_BYTES) return;
    }
  } finally {
    await pieces.return(undefined);
  }
}

/** The next piece; `undefined` where there is none, whatever the reason: the status is known already. */
async function read<T>(pieces: AsyncGenerator<T>): Promise<T | undefined> {
  const next = await pieces.next().catch(() => undefined);
  return next?.done === false ? next.value : undefined;
}

/** Another try would only be as long. */
function tooLong(): ProviderError {
  return new ProviderError('the answer cannot be read: it is too long', { kind: 'final', code: 'connection_error' });
}

/** Pieces of the body with their sizes in bytes; `for await` over a body does not work in every browser. */
async function* piecesOf({ body }: Response): AsyncGenerator<readonly [text: string, bytes: number]> {
  if (body === null) return;
  const decoder = new TextDecoder();
  const reader = body.getReader();
  try {
    for (let next = await reader.read(); !next.done; next = await reader.read())
      yield [decoder.decode(next.value, { stream: true }), next.value.byteLength];
    yield [decoder.decode(), 0];
  } finally {
    // Not awaited: who reads no further waits for nothing.
    reader.cancel().catch(() => undefined);
  }
}
