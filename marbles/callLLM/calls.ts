import type { Failure } from '../../src/types/outcome.js';
import type { ReplyChunk } from '../../src/types/reply.js';
import { answer } from '../fake-provider.js';
import { cut, type Spec } from './prompts.js';

const unreadable: Failure = { code: 'content_error', message: 'it cannot be read' };

function seeMessage(chunk: ReplyChunk<string>): string {
  return chunk.done && chunk.error !== null ? chunk.error.message : 'no failure';
}

function seeUsage(chunk: ReplyChunk<string>): string {
  if (!chunk.done || chunk.error !== null) return 'none yet';
  return `${chunk.finish}, ${chunk.usage?.inputTokens ?? '?'}+${chunk.usage?.outputTokens ?? '?'} tokens`;
}

export const required: readonly Spec[] = [
  {
    title: 'gives nothing while the source is silent',
    covers: 'never',
    inputs: { source: '-' },
    subs: { source: '  ^' },
    expected: '        -',
    timers: [],
  },
  {
    title: 'completes when the source is empty',
    covers: 'empty',
    inputs: { source: '--|' },
    subs: { source: '  ^-!' },
    expected: '        --|',
  },
  {
    title: 'gives the pieces of one answer, and exactly one last chunk',
    covers: 'one',
    inputs: {
      source: ' -p|',
      p: '       -o-a-b-.-|',
    },
    expected: ' ----a-b-(P|)',
    values: { a: 'p:a', b: 'p:b', P: 'p.stop#1' },
    subs: { p: '-^------!' },
    note: 'The request is over with its end: what a provider says later does not count.',
  },
  {
    title: 'gives the answers to several prompts interleaved, and completes after the last chunk of each',
    covers: 'many',
    docs: true,
    inputs: {
      source: '-p-q-----|',
      p: '      -o-a----b-.|',
      q: '        -o-a-.|',
    },
    expected: '----a-b-Qc-(P|)',
    values: { a: 'p:a', b: 'q:a', c: 'p:b', Q: 'q.stop#1', P: 'p.stop#1' },
    subs: {
      source: '^--------!',
      p: '     -^---------!',
      q: '     ---^----!',
    },
  },
  {
    title: 'gives all that was asked before an error of the source, and then errors',
    covers: 'source error',
    docs: true,
    inputs: {
      source: '-p-q-#',
      p: '      -o-a-.|',
      q: '           -o-a-.|',
    },
    options: { concurrency: 1 },
    expected: '----a-P--b-(Q#)',
    values: { a: 'p:a', b: 'q:a', P: 'p.stop#1', Q: 'q.stop#1' },
    subs: {
      source: '^----!',
      p: '     -^----!',
      q: '     ------^----!',
    },
  },
  {
    title: 'aborts requests on unsubscribe, and never sends those that wait',
    covers: 'early unsubscribe',
    docs: true,
    inputs: {
      source: '-p-q-r---|',
      p: '      -o-a-b-.|',
      q: '        -o----.|',
      r: '     -.|',
    },
    options: { concurrency: 2 },
    unsub: '   -------!',
    expected: '----a-b',
    values: { a: 'p:a', b: 'p:b' },
    subs: {
      source: '^------!',
      p: '     -^-----!',
      q: '     ---^---!',
      r: [],
    },
  },
  {
    title: 'gives what the provider throws as the last chunk of its prompt, without a retry',
    covers: 'callback throws',
    inputs: {
      source: '-p-q---|',
      q: '        -o-.|',
    },
    expected: '-P----Q|',
    values: { P: 'p!bad_request#1', Q: 'q.stop#1' },
    note: 'No reply is scripted for p: the fake provider throws.',
  },
  {
    title: 'gives an error that is none of a provider as the last chunk, and says what it was',
    inputs: {
      source: '-p---|',
      p: '      -oX',
    },
    given: { X: new Error('a bug') },
    expected: '---P-|',
    see: seeMessage,
    values: { P: 'the provider threw: a bug' },
  },
  {
    title: 'stops a synchronous source as soon as it is unsubscribed',
    covers: 'synchronous source',
    inputs: { source: '(rrrr|)' },
    subs: { source: '  (^!)' },
    given: { r: { refused: unreadable } },
    take: 2,
    synchronous: 2,
    expected: '        (RS|)',
    values: { R: 'refused!content_error#0', S: 'refused!content_error#0' },
  },
  {
    title: 'asks what comes while a last chunk is delivered, with the permit that became free',
    covers: 're-entrancy',
    inputs: {
      source: '-p-------|',
      p: '      -o.|',
      q: '        -o.|',
    },
    options: { concurrency: 1 },
    reenter: { P: 'q' },
    expected: '---P-Q---|',
    values: { P: 'p.stop#1', Q: 'q.stop#1' },
    subs: {
      p: '     -^-!',
      q: '     ---^-!',
    },
  },
  {
    title: 'asks anew for each subscription, through the same gate',
    inputs: {
      source: '    -p|',
      p: '          -o--.|',
      p2: '             -o.|',
    },
    options: { concurrency: 1 },
    expected: '    -----(P|)',
    second: {
      subscribed: '--^',
      expected: '  -------(P|)',
    },
    values: { P: 'p.stop#1' },
    subs: {
      p: '         -^---!',
      p2: '        -----^-!',
    },
  },
];

/** What comes of an answer. */
export const answers: readonly Spec[] = [
  {
    title: 'passes a refused prompt on as a last chunk, without a request',
    docs: true,
    inputs: {
      source: '-r-p---|',
      p: '        -o-.|',
    },
    given: { r: { refused: unreadable } },
    expected: '-R----P|',
    values: { R: 'refused!content_error#0', P: 'p.stop#1' },
  },
  {
    title: 'gives the finish reason and the usage of an answer',
    inputs: {
      source: '-p----|',
      p: '      -o-F|',
    },
    given: {
      F: {
        type: 'finish',
        reason: 'length',
        usage: { inputTokens: 10, outputTokens: 2, cachedInputTokens: 0 },
      },
    },
    expected: '----P-|',
    see: seeUsage,
    values: { P: 'length, 10+2 tokens' },
  },
  {
    title: 'calls the end of an answer without its finish a broken connection',
    inputs: {
      source: '-p----|',
      p: '      -oa|',
    },
    expected: '---aP-|',
    values: { a: 'p:a', P: 'p!connection_error#1' },
  },
  {
    title: 'does not replay a stream that broke after text, since what it said stands',
    docs: true,
    inputs: {
      source: ' -p------|',
      p: '       -o-a-X',
    },
    given: { X: cut },
    expected: ' ----a-P-|',
    values: { a: 'p:a', P: 'p!connection_error#1' },
    subs: { p: '-^----!' },
  },
  {
    title: 'does not retry an answer that smaller prompts may avoid, nor one that is final',
    inputs: {
      source: '-p-q---|',
      p: '      -S',
      q: '        -F',
    },
    given: { S: answer('splittable', 'context_length'), F: answer('final', 'bad_request') },
    expected: '--P-Q--|',
    values: { P: 'p!context_length#1', Q: 'q!bad_request#1' },
    subs: {
      p: '     -^!',
      q: '     ---^!',
    },
  },
];
