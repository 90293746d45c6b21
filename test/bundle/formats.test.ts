import { createContext, runInContext } from 'node:vm';
import { expect, test } from 'vitest';
import { bundle } from './bundle.js';

const FORMATS = [
  [
    'xml',
    `import { xml } from './src/reply/xml.ts'; const format = xml();`,
    '<result><index>1</index><value>a</value></result>',
  ],
  [
    'xml with a path',
    `import { xml } from './src/reply/xml.ts'; const format = xml({ path: '//x' });`,
    '<x><index>1</index><value>a</value></x>',
  ],
  ['delimited', `import { delimited } from './src/reply/delimited.ts'; const format = delimited();`, '1|"a"\n'],
  [
    'json with a path that is repaired',
    `import { json } from './src/reply/json.ts'; import { jsonPath } from './src/reply/json-path.ts';
     import { jsonRepair } from './src/reply/json-repair.ts';
     const format = json({ path: jsonPath('$.x[?@.index == 1]'), repair: jsonRepair });`,
    `{'x': [{'index': '1', 'value': 'a'}, {'index': 1, 'value': 'a'}]}`,
  ],
] as const;

test.each(FORMATS)('%s reads a reply where there is no Node and no evaluation', async (_, module, reply) => {
  const { code } = await bundle(
    `${module} const reader = format.reader({ ids: [1, 2] });
     seen.push(...reader.push(reply), ...reader.end(true));`,
    { external: [], format: 'iife' },
  );
  const seen: { readonly id: unknown; readonly value: unknown }[] = [];
  const page = createContext(
    { seen, reply, TextDecoder, TextEncoder },
    { codeGeneration: { strings: false, wasm: false } },
  );

  runInContext(code, page);

  expect(seen.map(({ id, value }) => [Number(id), value])).toEqual([[1, 'a']]);
});

test('a format brings the parser of no other', async () => {
  const parsers = ['@xmldom', 'xpath', 'json-p3', 'jsonrepair', 'csv-parse', 'safe-regex2'];
  const broughtBy = async (path: string) => {
    const { files } = await bundle(`export * from './src/reply/${path}.ts'`);
    return parsers.filter((name) => files.some((file) => file.includes(`node_modules/${name}/`)));
  };

  expect(await broughtBy('json')).toEqual([]);
  expect(await broughtBy('xml')).toEqual(['@xmldom', 'xpath']);
  expect(await broughtBy('delimited')).toEqual(['csv-parse', 'safe-regex2']);
  expect(await broughtBy('json-path')).toEqual(['json-p3']);
  expect(await broughtBy('json-repair')).toEqual(['jsonrepair']);
});
