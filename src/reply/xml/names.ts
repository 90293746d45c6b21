/** The element that is asked for around the entries. */
export const LIST = 'results';
/** The element that each entry is. */
export const ENTRY = 'result';
