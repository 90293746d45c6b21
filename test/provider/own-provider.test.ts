import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { send } from '../../src/provider/send.js';
import type { Provider } from '../../src/types/provider.js';
import { chatWire } from './chat-wire.js';
import { describeProvider } from './contract.js';
import { ownProvider } from './own-provider.js';
import { MODEL, type Subject } from './subject.js';

/** Its options are not those of the library's providers; what it lacks, a test adds from outside. */
const connect: Subject['connect'] = ({ url, apiKey = 'any-key', headers = {}, structured, ...options }) => {
  const authorization = `Bearer ${apiKey}`;
  const sent = { authorization, 'content-type': 'application/json', ...headers };
  const own = ownProvider({ url, model: MODEL, headers: sent, ...options });
  if (structured !== 'off') return own;
  const without: Provider = {
    ...own,
    complete: (request) => own.complete({ ...request, replySchema: undefined }),
    send: (sending, settings) => send(without, sending, settings),
  };
  return without;
};

describeProvider({
  name: 'own',
  wire: { ...chatWire('max_tokens'), jsonModeIn: undefined },
  factory: {
    name: 'own',
    connect: ({ baseUrl = '', apiKey = '' }) => connect({ url: baseUrl, apiKey }),
  },
  baseUrl: (url) => url,
  connect,
});

test('the provider in the docs is this one, in fewer than 40 lines', async () => {
  const [docs, own] = await Promise.all(
    ['../../docs/providers.md', 'own-provider.ts'].map((path) => readFile(new URL(path, import.meta.url), 'utf8')),
  );

  const block = /## A provider of your own\n[^]*?```ts\n([^]*?)```/.exec(docs!)?.[1];

  expect(block).toBe(own!.replace('../../src/provider/index.js', 'rxjs-llm/provider'));
  expect(own!.trimEnd().split('\n').length).toBeLessThan(40);
});
