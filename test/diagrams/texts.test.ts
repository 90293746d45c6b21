import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { callText } from '../../marbles/draw/box.js';
import { seeGiven, tintOf } from '../../marbles/draw/label.js';
import { shorten, wrap, wrapCode } from '../../marbles/draw/text.js';
import { timeText } from '../../marbles/draw/time.js';
import { answer } from '../../marbles/fake-provider.js';

function textOfA(): string {
  return 'a';
}

describe('callText', () => {
  it.each([
    [{ options: {} }, 'run()'],
    [{ options: { maxCount: 3, maxWaitMs: 3_600_000 } }, 'run({ maxCount: 3, maxWaitMs: 3_600_000 })'],
    [{ args: ['model'], options: { order: "it's" } }, "run(model, { order: 'it\\'s' })"],
    [{ names: ['attempt'], options: { budget: Infinity } }, 'run({ attempt, budget: Infinity })'],
    [{ options: { textOfA, content: textOfA } }, 'run({ textOfA, content: textOfA })'],
    [{ options: { format: { name: 'xml', reader: textOfA } } }, 'run({ format: xml() })'],
    [{ options: { schema: new Map(), of: [1, [null, true]] } }, 'run({ schema: Map(), of: [1, [null, true]] })'],
    [{ options: { left: undefined, out: { a: undefined } } }, 'run({ out: {} })'],
  ])('writes %j as %s', (call, text) => {
    expect(callText('run', call)).toBe(text);
  });
});

describe('timeText', () => {
  it.each([
    [0, '0'],
    [999, '999'],
    [1_000, '1 s'],
    [65_000, '1 min 5 s'],
    [7_200_000, '2 h'],
    [86_446_875, '24 h 46 s 875 ms'],
  ])('says of %d: %s', (ms, text) => {
    expect(timeText(ms)).toBe(text);
  });
});

describe('wrap', () => {
  it('has lines of at most that length, and loses nothing but blanks at their ends', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom('a', 'b', ' ', ',', '\n') }),
        fc.integer({ min: 1, max: 30 }),
        (text, most) => {
          const lines = wrap(text, most);
          expect(lines.every((line) => line.length <= most)).toBe(true);
          expect(lines.join('').replaceAll(/\s/g, '')).toBe(text.replaceAll(/\s/g, ''));
        },
      ),
    );
  });

  it('breaks after blanks and commas', () => {
    expect(wrap('{"a":1,"b":2} and more', 10)).toEqual(['{"a":1,', '"b":2} and', 'more']);
  });

  it('keeps braces and names of code with what they are of', () => {
    expect(wrapCode('run({ a: 1, bc: 2 })', 18)).toEqual(['run({ a: 1,', 'bc: 2 })']);
  });
});

describe('shorten', () => {
  it('says that there is more', () => {
    expect(shorten(['abcd', 'efgh', 'ijkl'], 2, 4)).toEqual(['abcd', 'efg…']);
    expect(shorten(['abcd', 'efgh'], 2, 4)).toEqual(['abcd', 'efgh']);
  });
});

describe('labels', () => {
  it('show a string as it is, an answer that is no reply by its code, and else the value', () => {
    expect(seeGiven('good')).toBe('good');
    expect(seeGiven(answer('fatal', 'unauthorized'))).toBe('!unauthorized');
    expect(seeGiven({ of: 'a' })).toBe("{ of: 'a' }");
  });

  it.each([
    ['!unauthorized', 'bad'],
    ['a!record_missing', 'bad'],
    ['p!server_error#1', 'bad'],
    ['b1.e1: spam@0!content_error', 'bad'],
    ['p: text (!connection_error)', 'bad'],
    ['a', 'hue0'],
    ['B=good', 'hue1'],
    ['g', 'hue0'],
    ['A0', 'hue0'],
    ['p.stop#1', 'hue3'],
    ['H completed', 'hue1'],
    ['a b c', 'plain'],
    ['{"value":"good"}', 'plain'],
    ['o1-1={"value":"bad"}', 'plain'],
  ])('are coloured by their record, or as errors: %s is %s', (label, tint) => {
    expect(tintOf(label)).toBe(tint);
  });
});
