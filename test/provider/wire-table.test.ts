import { readFile } from 'node:fs/promises';
import type { IncomingHttpHeaders } from 'node:http';
import { lastValueFrom } from 'rxjs';
import { describe, expect, test } from 'vitest';
import type { SeenRequest } from '../../src/testing/server.js';
import { fieldAt, type JsonObject } from '../../src/testing/json.js';
import type { CompletionRequest } from '../../src/types/prompt.js';
import { standIn } from '../testing/chat.js';
import { request } from './ask.js';
import { rawServer } from './raw-server.js';
import { type Connection, MODEL, type Subject, subjects } from './subject.js';

/** What stands for the placeholders of the table. */
const KEY = 'theKeyOfThisTest42';
const SYSTEM = 'Be kind.';
const RECORDS = 'Input: "good"';
const SCHEMA = { type: 'object', properties: { value: { type: 'string' } }, required: ['value'] };

const fill = (text: string): string =>
  text
    .replace('{model}', MODEL)
    .replace('{key}', KEY)
    .replace('{system}', SYSTEM)
    .replace('{records}', RECORDS.replaceAll('"', '\\"'))
    .replace('{schema}', JSON.stringify(SCHEMA));

interface Ask {
  readonly parts?: Partial<CompletionRequest>;
  readonly connection?: Partial<Connection> & { readonly promptCache?: boolean };
}

/** How to ask for what each row is about, by its first cell. */
const ASKS: Readonly<Record<string, Ask>> = {
  '`path`': {},
  '`api.key`': {},
  '`model`': {},
  '`store`': {},
  '`system.prompt`': { parts: { system: SYSTEM } },
  '`system.prompt`, `promptCache` off': { parts: { system: SYSTEM }, connection: { promptCache: false } },
  '`records`': { parts: { system: SYSTEM } },
  '`stream`': {},
  '`stream` off': { connection: { stream: false } },
  '`response.structured` `json_schema`': { parts: { replySchema: SCHEMA } },
  '`response.structured` `json_object`': {
    parts: { replySchema: SCHEMA },
    connection: { structured: 'json_object' },
  },
  '`response.structured` `off`': { parts: { replySchema: SCHEMA }, connection: { structured: 'off' } },
  '`max.output.tokens`, in all 80': { parts: { maxOutputTokens: 80 } },
  '`max.output.tokens`, in all 5': { parts: { maxOutputTokens: 5 } },
  '`max.output.tokens` not given': {},
  '`request.temperature` 0': { parts: { fields: { temperature: 0 } } },
};

const table = await readTable();

/** The cells of each row, by the row's first cell and the column's name. */
async function readTable(): Promise<ReadonlyMap<string, Readonly<Record<string, string>>>> {
  const docs = await readFile(new URL('../../docs/providers.md', import.meta.url), 'utf8');
  const lines = /## What is sent\n[^]*?\n\n(\|[^]*?)\n\n/.exec(docs)?.[1]?.split('\n') ?? [];
  const [[, ...names] = [], , ...rows] = lines.map((line) =>
    line
      .slice(1, -1)
      .split('|')
      .map((cell) => cell.trim()),
  );
  return new Map(
    rows.map(([title = '', ...cells]) => [
      title,
      Object.fromEntries(cells.map((cell, at) => [names[at]?.replaceAll('`', '') ?? '', cell])),
    ]),
  );
}

/** What a cell says of a request: `field: value`. */
function claimsIn(cell: string): readonly (readonly [string, string])[] {
  return [...cell.matchAll(/`([^`]+)`/g)].map(([, claim = '']) => {
    const [, field = claim, value = ''] = /^([^ ]+?):? (.*)$/.exec(claim) ?? [];
    return [field, fill(value)];
  });
}

const topOf = (field: string): string => field.replace(/\[.*/, '');

/** The names of the fields that a provider's column has in some rows. */
function fieldsIn(name: string, isRow: (title: string) => boolean): readonly string[] {
  const cells = [...table].filter(([title]) => isRow(title)).map(([, row]) => row[name] ?? '');
  return cells.flatMap(claimsIn).map(([field]) => topOf(field));
}

async function send(subject: Subject, { parts = {}, connection = {} }: Ask): Promise<SeenRequest> {
  const server = await standIn();
  const provider = subject.connect({ ...server, apiKey: KEY, ...connection });
  await lastValueFrom(provider.complete(request(RECORDS, parts)));
  expect(server.requests).toHaveLength(1);
  expect(server.requests[0]?.status).toBe(200);
  return server.requests[0]!;
}

/** The stand-in remembers no keys. */
async function headersOf(subject: Subject): Promise<IncomingHttpHeaders> {
  let headers: IncomingHttpHeaders = {};
  const server = await rawServer((response) => {
    headers = response.req.headers;
    response.setHeader('content-type', 'application/json').end(JSON.stringify(subject.wire.whole('{}')));
  });
  await lastValueFrom(subject.connect({ ...server, apiKey: KEY }).complete(request(RECORDS)));
  return headers;
}

test('the table has all providers, and the rows that are asked for here', () => {
  expect([...table.keys()]).toEqual(Object.keys(ASKS));
  for (const row of table.values()) expect(Object.keys(row)).toEqual(subjects.map(({ name }) => name));
});

describe.each(subjects)('what the table says of $name', (subject) => {
  const { name } = subject;

  test.each([...table].map(([title, row]) => [title, row[name] ?? ''] as const))(
    'is sent: %s, %s',
    async (title, cell) => {
      const ask = ASKS[title] ?? {};
      if (cell === '—') {
        if (ask.connection?.structured !== undefined)
          await expect(() => send(subject, ask)).rejects.toThrow(RangeError);
        return;
      }
      const { body, path } = await send(subject, ask);
      if (cell === '_nothing_') {
        const option = /^`[^`]+`/.exec(title)?.[0] ?? title;
        const others = [...fieldsIn(name, (other) => other.startsWith(option)), option.replaceAll('`', '')];
        for (const field of others) expect(body).not.toHaveProperty([field]);
        return;
      }
      expect(claimsIn(cell)).not.toEqual([]);
      for (const [field, value] of claimsIn(cell)) {
        if (title === '`path`') expect(`${field} ${path}`).toBe(`POST ${value}`);
        else if (title === '`api.key`') expect((await headersOf(subject))[field]).toBe(value);
        else expect(valueAt(body, field)).toEqual(JSON.parse(value));
      }
    },
  );

  test('is all that is sent', async () => {
    const named = new Set(fieldsIn(name, () => true));
    for (const ask of Object.values(ASKS)) {
      if (
        table.get('`response.structured` `json_object`')?.[name] === '—' &&
        ask.connection?.structured === 'json_object'
      )
        continue;
      const { body } = await send(subject, ask);
      for (const field of Object.keys(body)) expect(named).toContain(field);
    }
  });
});

/** What stands at `field` or `field[0]`. */
function valueAt(body: JsonObject, field: string): unknown {
  const [, top = '', place] = /^(\w+)(?:\[(\d)\])?$/.exec(field) ?? [];
  const value = fieldAt(body, top);
  return place === undefined ? value : (value as readonly unknown[] | undefined)?.[Number(place)];
}
