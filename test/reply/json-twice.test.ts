import { expect, test } from 'vitest';
import { json, type JsonFormatOptions } from '../../src/reply/json.js';
import { jsonPath } from '../../src/reply/json-path.js';
import { jsonRepair } from '../../src/reply/json-repair.js';

const path = jsonPath('$.data[*]');

function read(options: JsonFormatOptions<unknown>, text: string) {
  const reader = json(options).reader({ ids: [1, 2] });
  const entries = [...reader.push(text), ...reader.end(true)];
  return entries.map(({ id, value }) => [id, value]);
}

test.each<[string, JsonFormatOptions<unknown>]>([
  ['plain', {}],
  ['repaired', { repair: jsonRepair }],
  ['by a path', { path }],
  ['by a path, and repaired', { path, repair: jsonRepair }],
])('a key that stands twice is no answer: %s', (_, options) => {
  const text = '{"data":[{"index":1,"value":"A","index":2}]}';

  expect(read(options, text)).toEqual([]);
  expect(read(options, text.replace(',"index":2', ''))).toEqual([[1, 'A']]);
});

test.each<[string, JsonFormatOptions<unknown>]>([
  ['as it closes', { repair: jsonRepair }],
  ['by a path', { path, repair: jsonRepair }],
])('a colon within other quotes is no key: %s', (_, options) => {
  const text = `{"data":[{'index': 1, 'value': 'A: b: c'}]}`;

  expect(read(options, text)).toEqual([[1, 'A: b: c']]);
});
