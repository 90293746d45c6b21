import { type ReadLine, textOf } from './review';

/** The lines of a JSONL file: objects, or texts. One that cannot be read is a record with a problem. */
export function jsonLines(): TransformStream<string, ReadLine> {
  let rest = '';
  let end = 0;

  const read = (line: string, controller: TransformStreamDefaultController<ReadLine>): void => {
    end += line.length + 1;
    if (line.trim() !== '') controller.enqueue({ ...readLine(line), end });
  };

  return new TransformStream({
    transform(text, controller) {
      const lines = (rest + text).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) read(line, controller);
    },
    flush: (controller) => read(rest, controller),
  });
}

function readLine(line: string): Pick<ReadLine, 'text' | 'problem'> {
  try {
    return textOf(JSON.parse(line));
  } catch {
    return { text: line, problem: 'the line is not JSON' };
  }
}
