/** A number that is small in every run, and large in `npm run test:soak`. */
export function scaled(usual: number, soak: number): number {
  return process.env.RXJS_LLM_SOAK === '1' ? soak : usual;
}
