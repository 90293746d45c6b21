import type { LlmEvent } from '../../src/types/events.js';
import type { CompletionEvent } from '../../src/types/provider.js';
import { answer } from '../fake-provider.js';
import { busy, limited, NO_TIMEOUTS, type Spec } from './prompts.js';

const finishWithUsage: CompletionEvent = {
  type: 'finish',
  reason: 'stop',
  usage: { inputTokens: 10, outputTokens: 2, cachedInputTokens: 0 },
};

function seeUsage(event: LlmEvent): string {
  if (event.type !== 'attempt') return event.type;
  const { provider, model, records, status, usage, usageIsEstimate, inputCharacters, cost } = event;
  const tokens = `${usageIsEstimate ? '~' : ''}${usage.inputTokens}+${usage.outputTokens} tokens`;
  const paid = cost === undefined ? 'no cost' : `cost ${cost}`;
  return `${provider} ${model}, ${records} record, ${status ?? 'no status'}, ${tokens}, ${inputCharacters} characters, ${paid}`;
}

export const retries: readonly Spec[] = [
  {
    title: 'sends a request again that failed in a way that may pass, after a random share of a bound that doubles',
    docs: true,
    inputs: {
      source: '-p|',
      p: '      ---X',
      p2: '         ---X',
      p3: '                ---X',
      p4: '                            ---.|',
    },
    given: { X: busy },
    options: { backoff: { initialMs: 4, maxMs: 12 }, ...NO_TIMEOUTS },
    random: [0.25, 0.5, 0.75],
    events: '  ----(as)(bt)---(cu)--------d',
    expected: '---------------------------(P|)',
    values: {
      P: 'p.stop#4',
      a: 'p#1 server_error 3ms',
      s: 'retry p after #1 in 1ms',
      b: 'p#2 server_error 3ms',
      t: 'retry p after #2 in 4ms',
      c: 'p#3 server_error 3ms',
      u: 'retry p after #3 in 9ms',
      d: 'p#4 ok 3ms',
    },
    timers: '  ----^!--^---!--^--------!',
  },
  {
    title: 'gives the failure as the last chunk when the retries are used up',
    inputs: {
      source: '-p--------|',
      p: '      X',
      p2: '       X',
      p3: '           X',
    },
    given: { X: busy },
    options: { maxRetries: 2, backoff: { initialMs: 4 } },
    expected: '-------P--|',
    values: { P: 'p!server_error#3' },
    subs: {
      p: '     -(^!)',
      p2: '    ---(^!)',
      p3: '    -------(^!)',
    },
  },
  {
    title: 'never sends a request again with maxRetries: 0',
    inputs: {
      source: '-p--|',
      p: '      -X',
    },
    given: { X: busy },
    options: { maxRetries: 0 },
    expected: '--P-|',
    values: { P: 'p!server_error#1' },
  },
  {
    title: 'never waits longer than the bound of backoff',
    inputs: {
      source: '-p|',
      p: '      X',
      p2: '       X',
      p3: '          X',
      p4: '             .|',
    },
    given: { X: busy },
    options: { backoff: { initialMs: 4, maxMs: 6 } },
    expected: '---------(P|)',
    values: { P: 'p.stop#4' },
  },
  {
    title: 'gives back its permit while it waits for a retry',
    inputs: {
      source: '-pq|',
      p: '      -X',
      p2: '          -.|',
      q: '       -.|',
    },
    given: { X: busy },
    options: { concurrency: 1, backoff: { initialMs: 8 } },
    expected: '---Q---(P|)',
    values: { P: 'p.stop#2', Q: 'q.stop#1' },
    subs: {
      p: '     -^!',
      q: '     --^!',
      p2: '    ------^!',
    },
  },
  {
    title: 'holds all that goes through the gate for as long as the provider asks with retry-after',
    docs: true,
    inputs: {
      source: '-p-q--|',
      p: '      -X',
      p2: '               -.|',
      q: '                -.|',
    },
    given: { X: limited(9) },
    options: { backoff: { initialMs: 4 }, ...NO_TIMEOUTS },
    events: '  --(ahr)-----(bc)',
    expected: '------------(PQ|)',
    values: {
      P: 'p.stop#2',
      Q: 'q.stop#1',
      a: 'p#1 rate_limited 1ms',
      h: 'hold 9ms',
      r: 'retry p after #1 in 2ms',
      b: 'p#2 ok 1ms',
      c: 'q#1 ok 1ms',
    },
    subs: {
      p: '     -^!',
      p2: '    -----------^!',
      q: '     -----------^!',
    },
  },
  {
    title: 'holds nothing for an answer that is final, whatever it asks for',
    inputs: {
      source: '-p-q-|',
      p: '      -X',
      q: '        -.|',
    },
    given: { X: answer('final', 'bad_request', 9) },
    events: '  --a-b',
    expected: '--P-Q|',
    values: {
      P: 'p!bad_request#1',
      Q: 'q.stop#1',
      a: 'p#1 bad_request 1ms',
      b: 'q#1 ok 1ms',
    },
  },
  {
    title: 'lets a longer hold that is on already stand',
    inputs: {
      source: '(pq|)',
      p: '     -X',
      q: '     --Y',
      p2: '              .|',
      q2: '              .|',
    },
    given: { X: limited(9), Y: limited(3) },
    options: { backoff: { initialMs: 2 } },
    expected: '----------(PQ|)',
    values: { P: 'p.stop#2', Q: 'q.stop#2' },
    subs: {
      p2: '    ----------(^!)',
      q2: '    ----------(^!)',
    },
  },
  {
    title: 'lets requests that are on the wire go on while the gate is held',
    inputs: {
      source: '(pq|)',
      p: '     -X',
      q: '     -o-a-.|',
      p2: '              .|',
    },
    given: { X: limited(9) },
    options: { backoff: { initialMs: 2 } },
    expected: '---a-Q----(P|)',
    values: { a: 'q:a', Q: 'q.stop#1', P: 'p.stop#2' },
  },
  {
    title: 'stops the timer of a retry on unsubscribe',
    inputs: {
      source: '-p-|',
      p: '      -X',
    },
    given: { X: busy },
    options: { backoff: { initialMs: 20 }, ...NO_TIMEOUTS },
    unsub: '   -----!',
    expected: '-----',
    timers: '  --^--!',
  },
  {
    title: 'stops the timer of a hold when the last one that waits for it unsubscribes',
    inputs: {
      source: '-p-|',
      p: '      -X',
    },
    given: { X: limited(20) },
    options: { backoff: { initialMs: 2 }, ...NO_TIMEOUTS },
    unsub: '   -------!',
    expected: '-------',
    timers: [' --^!', '---^---!'],
  },
  {
    title: 'reports each attempt with its latency, its usage and its cost',
    inputs: {
      source: '-p-|',
      p: '      -o-a-F|',
    },
    given: { F: finishWithUsage },
    options: { price: { inputPerMillion: 1_000_000, outputPerMillion: 2_000_000 } },
    seeEvent: seeUsage,
    events: '  ------x',
    expected: '----a-(P|)',
    values: { a: 'p:a', P: 'p.stop#1', x: 'fake scripted, 1 record, 200, 10+2 tokens, 8 characters, cost 14' },
  },
  {
    title: 'reports an estimate of the usage where the provider does not count, and no cost without prices',
    inputs: {
      source: '-p-|',
      p: '      -o-abcde-.|',
    },
    seeEvent: seeUsage,
    events: '  ----------x',
    expected: '----abcde-(P|)',
    values: {
      a: 'p:a',
      b: 'p:b',
      c: 'p:c',
      d: 'p:d',
      e: 'p:e',
      P: 'p.stop#1',
      x: 'fake scripted, 1 record, 200, ~2+2 tokens, 8 characters, no cost',
    },
  },
];
