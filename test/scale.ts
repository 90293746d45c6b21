/** The long forms of tests run with `npm run test:soak`. */
export const isSoak = process.env.RXJS_LLM_SOAK === '1';

/** A number that is small in every run, and large where there is time. */
export function scaled(usual: number, soak: number): number {
  return isSoak ? soak : usual;
}
