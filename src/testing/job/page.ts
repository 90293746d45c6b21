/** A part of a list. */
export interface Page<T> {
  readonly data: readonly T[];
  /** True if there is more in the direction that was asked for. */
  readonly has_more: boolean;
  readonly first_id: string | null;
  readonly last_id: string | null;
}

export interface PageQuery {
  /** Begin behind this item. */
  readonly after?: string | null;
  /** End before this item. */
  readonly before?: string | null;
  readonly limit: number;
}

/** @returns `null` if the list has no item with such an id */
export function pageOf<T extends { readonly id: string }>(
  items: readonly T[],
  { after = null, before = null, limit }: PageQuery,
): Page<T> | null {
  const at = after ?? before;
  const position = at === null ? -1 : items.findIndex(({ id }) => id === at);
  if (at !== null && position === -1) return null;
  const backwards = after === null && before !== null;
  const rest = backwards ? items.slice(0, position) : items.slice(position + 1);
  const data = backwards ? rest.slice(-limit) : rest.slice(0, limit);
  return {
    data,
    has_more: rest.length > data.length,
    first_id: data[0]?.id ?? null,
    last_id: data.at(-1)?.id ?? null,
  };
}

/** @returns `null` if the query's `limit` is no integer from 1 to `most` */
export function limitOf(query: URLSearchParams, { usual, most }: { usual: number; most: number }): number | null {
  const limit = Number(query.get('limit') ?? usual);
  return Number.isInteger(limit) && limit >= 1 && limit <= most ? limit : null;
}
