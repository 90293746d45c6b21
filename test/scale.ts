/** A number that is small in every run, and large in `npm run test:soak`. */
export function scaled(usual: number, soak: number): number {
  return process.env.RXJS_LLM_SOAK === '1' ? soak : usual;
}

/** How often a property runs: as often as it says, and less in `npm run test:mutation`, which runs it for each mutant. */
export function runsOf(usual: number): number {
  return Math.min(usual, Number(process.env.RXJS_LLM_MAX_RUNS ?? Infinity));
}
