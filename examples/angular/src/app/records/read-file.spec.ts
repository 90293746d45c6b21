import { readFile } from './read-file';
import type { Review } from './review';

/** Read a byte at a time: characters and lines are cut wherever they can be. */
async function reviewsOf(name: string, text: string): Promise<readonly Review[]> {
  return Array.fromAsync(readFile(new File([text], name), 1));
}

const shown = ({ position, text, problem }: Review) => [position, text, problem];

describe('readFile', () => {
  it('reads a CSV file: quotes, line ends within fields, a byte-order mark', async () => {
    const reviews = await reviewsOf('a.csv', '\uFEFFid,text\r\n1,"Great, really"\r\n2,"Two\nlines, a ""quote"""\r\n');
    expect(reviews.map(shown)).toEqual([
      [0, 'Great, really', null],
      [1, 'Two\nlines, a "quote"', null],
    ]);
    expect(reviews.at(-1)?.share).toBeGreaterThan(0.9);
  });

  it('reads a JSONL file: objects, texts, blank lines, no last line end', async () => {
    const reviews = await reviewsOf(
      'a.jsonl',
      '{"id": 1, "text": "Größe"}\n\n"Bare"\n{"id": "x", "review": "Named so"}',
    );
    expect(reviews.map(shown)).toEqual([
      [0, 'Größe', null],
      [1, 'Bare', null],
      [2, 'Named so', null],
    ]);
  });

  it('has a record with a problem where a line is no JSON, or has no text', async () => {
    const reviews = await reviewsOf('a.jsonl', '{"text": "Good"}\n{"text": \n{"stars": 3}\n');
    expect(reviews.map(shown)).toEqual([
      [0, 'Good', null],
      [1, '{"text": ', 'the line is not JSON'],
      [2, '{"stars":3}', 'no field is a text'],
    ]);
  });

  it('fails where a CSV file cannot be read any further', async () => {
    await expect(reviewsOf('a.csv', 'text\n"open')).rejects.toThrow('Quote Not Closed');
  });
});
