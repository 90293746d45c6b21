/**
 * Gives a function that does one thing after the other: what is asked for from within something that is being done waits until
 * that is finished.
 */
export function takeTurns(): <V>(work: (value: V) => void, value: V) => void {
  const waiting: (() => void)[] = [];
  let working = false;
  return (work, value) => {
    if (working) {
      waiting.push(() => {
        work(value);
      });
      return;
    }
    working = true;
    work(value);
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) next();
    working = false;
  };
}
