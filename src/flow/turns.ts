/**
 * Gives a function that does one thing after the other: what is asked for from within something that is being done waits until
 * that is finished.
 */
export function takeTurns(): (work: () => void) => void {
  const waiting: (() => void)[] = [];
  let working = false;
  return (work) => {
    if (working) {
      waiting.push(work);
      return;
    }
    working = true;
    for (let next: typeof work | undefined = work; next !== undefined; next = waiting.shift()) next();
    working = false;
  };
}
