/** The content of records, read once each although both their weight and their prompt ask for it. */
export interface ContentOnce<T> {
  /** Reads the record's content, and weighs it; 0 for a record whose content cannot be read. */
  readonly weight: (record: T) => number;
  /** The content of the records that were weighed, in that order; throws what reading it threw. */
  readonly content: (record: T) => string;
}

export function contentOnce<T>(read: (record: T) => string, weightOf: (content: string) => number): ContentOnce<T> {
  /** Contents on their way from the one to the other. */
  const waiting: (() => string)[] = [];
  return {
    weight: (record) => {
      try {
        const content = read(record);
        waiting.push(() => content);
        return weightOf(content);
      } catch (error) {
        waiting.push(() => {
          throw error;
        });
        return 0;
      }
    },
    content: (record) => {
      const content = waiting.shift();
      return content === undefined ? read(record) : content();
    },
  };
}
