/**
 * Gives a function that does one thing after the other: what is asked for from within something that is being done waits until
 * that is finished.
 */
export function takeTurns(): <V>(work: (value: V) => void, value?: V) => void {
  const waiting: (() => void)[] = [];
  let working = false;
  return <V>(work: (value: V) => void, value?: V) => {
    if (working) {
      waiting.push(() => {
        work(value as V);
      });
      return;
    }
    working = true;
    work(value as V);
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) next();
    working = false;
  };
}
