/** A record: what is asked about, and where it stands. The pipeline carries it by reference from end to end. */
export interface Review {
  /** From 0, in the order of the file. A review that is asked again keeps it. */
  readonly position: number;
  readonly text: string;
  /** Why there is no text; `null` if there is one. */
  readonly problem: string | null;
  /** How much of the file had been read with this review, from 0 to 1. */
  readonly share: number;
}

/** A line of a file, before it has its place. */
export type ReadLine = Pick<Review, 'text' | 'problem'> & {
  /** Where it ends in the file, in bytes (JSONL: in characters). */
  readonly end: number;
};

/** The text of a record from a file: a field that is called so, or else the first one that is a text. */
export function textOf(record: unknown): Pick<Review, 'text' | 'problem'> {
  if (typeof record === 'string') return { text: record, problem: null };
  const fields: Readonly<Record<string, unknown>> = Object(record);
  const text = [fields['text'], fields['review'], ...Object.values(fields)].find((field) => typeof field === 'string');
  return text === undefined ? { text: JSON.stringify(record), problem: 'no field is a text' } : { text, problem: null };
}
