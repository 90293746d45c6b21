import type { Fault, JsonObject } from '../../src/testing/server.js';

/** One way in which an answer can go wrong. */
export interface Spoiler {
  readonly name: string;
  fault(): Fault;
}

/** Entries of a reply as they should be; the reply to a single record is one without an index. */
export type Entries = readonly JsonObject[];

const DECOY = 'a wrong answer';
/** Entries as a model writes them that was asked for an example. */
const example = (entries: Entries): Entries => entries.slice(0, 1).map((entry) => ({ ...entry, value: DECOY }));

/** Reads the reply as it should be. */
function entriesOf(text: string): Entries {
  const reply = JSON.parse(text) as JsonObject;
  return (reply.results as Entries | undefined) ?? [reply];
}

/** Writes the reply anew. */
function rewritten(name: string, write: (entries: Entries, text: string) => string): Spoiler {
  return { name, fault: () => ({ kind: 'reply', rewrite: (text) => write(entriesOf(text), text) }) };
}

function withEntries(name: string, change: (entries: Entries) => readonly unknown[]): Spoiler {
  return rewritten(name, (entries) => JSON.stringify({ results: change(entries) }));
}

function status(name: string, code: number, headers?: () => Readonly<Record<string, string>>, body?: unknown): Spoiler {
  return { name, fault: () => ({ kind: 'status', status: code, headers: headers?.(), body }) };
}

const json = JSON.stringify;
const index = ({ index: number = 1 }: JsonObject): number => Number(number);
const python = (text: string): string => text.replaceAll('"', "'");
const inAFew = (characters: number): number => Math.floor(characters * 0.6);

/** What stands around the payload. */
const AROUND: readonly Spoiler[] = [
  rewritten('a fence', (_, text) => `\`\`\`json\n${text}\n\`\`\``),
  rewritten('a byte-order mark', (_, text) => `\uFEFF${text}`),
  rewritten(
    'prose around it',
    (_, text) => `Sure! Here is what you asked for:\n\n${text}\n\nLet me know [or not] {…}.`,
  ),
  rewritten('thoughts with a decoy', (entries, text) => `<think>Perhaps ${json(example(entries))}?</think>${text}`),
  rewritten('thoughts without a beginning', (entries, text) => `Perhaps ${json(example(entries))}?</think>${text}`),
  rewritten('an example in front', (entries, text) => `As in ${json(example(entries))}, here it is: ${text}`),
  rewritten('an example behind', (entries, text) => `${text}\nThe form was ${json({ results: example(entries) })}.`),
];

/** How the payload is written. */
const WRITTEN: readonly Spoiler[] = [
  rewritten('trailing commas', (_, text) => text.replaceAll('}', ',}').replaceAll(']', ',]')),
  rewritten('single quotes', (_, text) => python(text)),
  rewritten('keys without quotes', (_, text) => text.replaceAll(/"(\w+)":/g, '$1:')),
  rewritten('comments', (_, text) => text.replaceAll('{"', '{ /* the next */ "')),
  rewritten('one object a line', (entries) => entries.map((entry) => json(entry)).join('\n')),
  rewritten('a bare list', (entries) => json(entries)),
  rewritten('a wrapper around it', (_, text) => `{"status": "ok", "data": ${text}}`),
  rewritten('another name of the list', (entries) => json({ answers: entries, count: entries.length })),
  rewritten('an object by index', (entries) => json(Object.fromEntries(entries.map((e) => [index(e), e.value])))),
  rewritten('a list in a text', (_, text) => json({ results: text })),
  rewritten('blanks everywhere', (_, text) => JSON.stringify(JSON.parse(text), null, '\t\r\n')),
];

/** What the entries say. */
const ENTRIES: readonly Spoiler[] = [
  withEntries('missing entries', (entries) => entries.filter((_, at) => at % 3 !== 1)),
  withEntries('no entries', () => []),
  withEntries('entries twice', (entries) => [...entries, ...entries]),
  withEntries('entries that contradict each other', (entries) => [...entries, ...example(entries)]),
  withEntries('counting from 0', (entries) => entries.map((entry) => ({ ...entry, index: index(entry) - 1 }))),
  withEntries('counting from 0, and not to the end', (entries) =>
    entries.slice(0, -1).map((entry) => ({ ...entry, index: index(entry) - 1 })),
  ),
  withEntries('indices as texts', (entries) => entries.map((entry) => ({ ...entry, index: ` ${index(entry)}` }))),
  rewritten('indices as floats', (_, text) => text.replaceAll(/"index": ?(\d+)/g, '"index": $1.0')),
  withEntries('shuffled entries', (entries) => entries.toSorted((a, b) => ((index(a) * 7) % 5) - ((index(b) * 7) % 5))),
  withEntries('entries of nobody', (entries) => [...entries, { index: 77, value: DECOY }, { index: -1, value: DECOY }]),
  withEntries('entries without an index', (entries) => entries.map(({ value }) => ({ value }))),
  withEntries('null in place of values', (entries) => entries.map((entry) => ({ ...entry, value: null }))),
  withEntries('no values', (entries) => entries.map((entry) => ({ index: index(entry) }))),
  withEntries('values of another type', (entries) => entries.map((entry) => ({ ...entry, value: [DECOY] }))),
  withEntries('further fields', (entries) => entries.map((e) => ({ results: [{ index: 1, value: DECOY }], ...e }))),
  withEntries('values that are in the wrong field', (entries) =>
    entries.map((e) => ({ index: index(e), val: e.value })),
  ),
];

/** Replies that end too soon, or never were. */
const BROKEN: readonly Spoiler[] = [
  rewritten('an empty reply', () => ''),
  rewritten('a reply that breaks off, and says that it is whole', (_, text) => text.slice(0, inAFew(text.length))),
  rewritten(
    'an example, and a reply that breaks off in its first entry',
    (entries, text) => `As in ${json(example(entries))}: ${text.slice(0, text.indexOf('value') + 12)}`,
  ),
  { name: 'a length stop', fault: () => ({ kind: 'finish', reason: 'length', characters: 250 }) },
  {
    name: 'a length stop in single quotes',
    fault: () => ({ kind: 'reply', rewrite: (text) => python(text).slice(0, -25) }),
  },
  { name: 'a content filter', fault: () => ({ kind: 'finish', reason: 'content_filter', characters: 90 }) },
  { name: 'a refusal', fault: () => ({ kind: 'refusal', message: 'I cannot help with that.' }) },
  rewritten('prose alone', () => 'I am sorry, I only see 1. and 2. here.'),
  rewritten('HTML', () => '<html><body>{"index": 1}</body></html>'),
];

/** What happens on the wire. */
const WIRE: readonly Spoiler[] = [
  status('429 with retry-after in seconds', 429, () => ({ 'retry-after': '0.02' })),
  status('429 with retry-after as a date', 429, () => ({ 'retry-after': new Date().toUTCString() })),
  status('429 with retry-after-ms', 429, () => ({ 'retry-after-ms': '20' })),
  status('500', 500),
  status('503', 503),
  status('529', 529),
  status('an HTML error page', 502, undefined, '<html><h1>502 Bad Gateway</h1></html>'),
  status('an HTML page as if it were an answer', 200, undefined, '<html>{"index": 1}</html>'),
  { name: 'a reset before the stream', fault: () => ({ kind: 'reset' }) },
  { name: 'a reset in the middle of the stream', fault: () => ({ kind: 'cut', characters: 120 }) },
  { name: 'a hang', fault: () => ({ kind: 'hang' }) },
  { name: 'a stall in the middle of the stream', fault: () => ({ kind: 'stall', characters: 120 }) },
  { name: 'chunks of one byte', fault: () => ({ kind: 'bytes' }) },
  { name: 'a line that is no event', fault: () => ({ kind: 'badSse', characters: 60 }) },
  { name: 'an error in the stream', fault: () => ({ kind: 'errorInStream', characters: 60 }) },
  { name: 'a delay', fault: () => ({ kind: 'delay', ms: 30 }) },
];

/** Every way, and each is another one. */
export const SPOILERS: readonly Spoiler[] = [...AROUND, ...WRITTEN, ...ENTRIES, ...BROKEN, ...WIRE];
