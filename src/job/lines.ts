import { ProviderError } from '../types/provider.js';

/** Longest line of a result file, in characters: a reply has at most some hundred thousand. */
const MAX_LINE = 2 ** 26;

/** The lines of a body, as they come. The last one is given whether a newline ends it or not. */
export async function* linesOf({ body }: Response, maxLine = MAX_LINE): AsyncGenerator<string> {
  if (body === null) return;
  const decoder = new TextDecoder();
  let rest: string[] = [];
  let length = 0;
  for await (const piece of body as ReadableStream<Uint8Array>) {
    const [first = '', ...others] = decoder.decode(piece, { stream: true }).split('\n');
    rest.push(first);
    length += first.length;
    if (length > maxLine) throw tooLong(maxLine);
    for (const other of others) {
      yield rest.join('');
      rest = [other];
      length = other.length;
    }
  }
  const last = rest.join('') + decoder.decode();
  if (last !== '') yield last;
}

function tooLong(maxLine: number): ProviderError {
  const message = `a line of the results is longer than ${maxLine} characters`;
  return new ProviderError(message, { kind: 'final', code: 'bad_request' });
}
