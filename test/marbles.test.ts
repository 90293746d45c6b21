import { describe, expect, it } from 'vitest';
import { eachSuite } from '../marbles/all.js';
import { runSpec } from '../marbles/run.js';
import { type MarbleSuite, REQUIRED_CASES } from '../marbles/spec.js';
import { idleStage } from '../marbles/stage.js';

eachSuite(describeMarbles);

function describeMarbles<Options, Given, Out>(suite: MarbleSuite<Options, Given, Out>): void {
  describe(suite.operator, () => {
    it.each(suite.specs)('$title', (spec) => {
      runSpec(suite, spec, (actual, expected, what) => expect(actual, what).toEqual(expected));
    });

    it('has each behaviour once, and a spec for each case that every operator has to have one for', () => {
      const titles = suite.specs.map(({ title }) => title);
      expect(titles.filter((title, at) => titles.indexOf(title) !== at)).toEqual([]);
      const covered = suite.specs.map(({ covers }) => covers);
      const without = REQUIRED_CASES.filter((required) => !covered.includes(required));
      expect(without.sort()).toEqual(Object.keys(suite.without).sort());
      expect(suite.specs.some(({ docs }) => docs)).toBe(true);
    });

    if (suite.refused.length > 0)
      it.each(suite.refused)('is not built, with the message: $message', ({ options, message }) => {
        expect(() => suite.play(idleStage(), { ...suite.options, ...options })).toThrow(message);
      });
  });
}
