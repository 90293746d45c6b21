import { readFile } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import { ADVICE } from '../../src/cli/advice.js';
import { OPTIONS } from '../../src/model/options.js';

const guide = await readFile(new URL('../../docs/model.md', import.meta.url), 'utf8');

/** The rows of the table of options. */
const rows = Array.from(
  guide.matchAll(/^\| `([\w.*]+)` +\| (.+?) +\| (.+?) +\| .+ \|$/gm),
  ([, name, values, fallback]) => ({
    name: name === 'request.*' ? 'request' : name!,
    values: values!,
    fallback: fallback!.replaceAll('`', ''),
  }),
).filter(({ name }) => Object.hasOwn(OPTIONS, name));

/** What stands for no default of the model's own. */
const NO_FALLBACK = ['required', 'none', "the provider's", 'a sentence'];

describe('the table of options in docs/model.md', () => {
  test('has a row for each, in their order', () => {
    expect(rows.map(({ name }) => name)).toEqual(Object.keys(OPTIONS));
  });

  test('says the defaults, and the choices', () => {
    for (const { name, values, fallback } of rows) {
      const rule = OPTIONS[name]!;
      // The number is the gate's.
      if (name !== 'concurrency' && !NO_FALLBACK.includes(fallback))
        expect([name, String(rule.fallback)]).toEqual([name, fallback]);
      if (NO_FALLBACK.includes(fallback)) expect([name, rule.fallback]).toEqual([name, undefined]);
      const choices = /^one of (.*)$/.exec(rule.allowed)?.[1]?.split(', ');
      if (choices !== undefined) expect([name, values.replaceAll('`', '').split(', ')]).toEqual([name, choices]);
    }
  });
});

test('every error code stands in the table of docs/replies.md, with what to do about it', async () => {
  const replies = await readFile(new URL('../../docs/replies.md', import.meta.url), 'utf8');
  const table = /^\| code [^]*?\n\n/m.exec(replies)![0];
  const codes = Array.from(table.matchAll(/^\| (`[^|]+`) +\| .+? \| .+ \|$/gm), ([, names]) =>
    names!.match(/\w+/g)!,
  ).flat();
  expect(codes.toSorted()).toEqual(Object.keys(ADVICE).toSorted());
});
