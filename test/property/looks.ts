type Method = (this: unknown, ...values: never[]) => unknown;

/** Replaces a method until `restore` is called; `cost` is told of each call. */
function watch<K extends string>(owner: Record<K, Method>, name: K, cost: (call: Call) => number) {
  const original = owner[name];
  let total = 0;
  owner[name] = function (...values) {
    const from = this instanceof RegExp && this.global ? this.lastIndex : 0;
    const result: unknown = original.apply(this, values);
    total += cost({ from, self: this, value: values[0], second: values[1], result });
    return result;
  };
  return () => {
    owner[name] = original;
    return total;
  };
}

interface Call {
  readonly self: unknown;
  readonly second: unknown;
  readonly from: number;
  readonly value: unknown;
  readonly result: unknown;
}

/** Characters that a reader looks at or copies while it works, each as often as it does. */
export function looksOf(work: () => void): number {
  const strings = String.prototype as unknown as Record<string, Method>;
  const stop = [
    watch(strings, 'charAt', () => 1),
    watch(strings, 'charCodeAt', () => 1),
    watch(strings, 'slice', ({ result }) => String(result).length),
    watch(strings, 'substring', ({ result }) => String(result).length),
    watch(strings, 'trim', ({ result }) => String(result).length),
    watch(strings, 'indexOf', ({ self, value, second, result }) => {
      const from = typeof second === 'number' ? second : 0;
      return (Number(result) < 0 ? String(self).length : Number(result) + String(value).length) - from;
    }),
    watch(JSON as unknown as Record<string, Method>, 'parse', ({ value }) => String(value).length),
    // `test`, `matchAll` and `replace` call it, too.
    watch(RegExp.prototype as unknown as Record<string, Method>, 'exec', ({ from, value, result }) => {
      const match = result as RegExpExecArray | null;
      return (match === null ? String(value).length : match.index + match[0].length) - from;
    }),
  ];
  try {
    work();
  } finally {
    for (const restore of [...stop].reverse()) restore();
  }
  return stop.reduce((sum, restore) => sum + restore(), 0);
}
