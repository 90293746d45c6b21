import { eachPageSuite } from '../../../marbles/all.js';
import { type RequireEqual, runSpec } from '../../../marbles/run.js';
import type { MarbleSuite } from '../../../marbles/spec.js';
import { idleStage } from '../../../marbles/stage.js';

/** Runs the specs of all operators. @returns the names of those that hold, and what went wrong with the others */
export function playMarbles(): { readonly held: string[]; readonly failed: string[] } {
  const held: string[] = [];
  const failed: string[] = [];
  eachPageSuite((suite) => {
    for (const [name, play] of playsOf(suite))
      try {
        play();
        held.push(name);
      } catch (error) {
        failed.push(`${name}: ${String(error)}`);
      }
  });
  return { held, failed };
}

type Play = readonly [name: string, play: () => void];

function playsOf<Options, Given, Out>(suite: MarbleSuite<Options, Given, Out>): readonly Play[] {
  const { operator, specs, refused, play, options: usual } = suite;
  return [
    ...specs.map((spec): Play => [`${operator} ${spec.title}`, () => runSpec(suite, spec, requireEqual)]),
    ...refused.map(({ options, message }): Play => [
      `${operator} is not built, with the message: ${message}`,
      () => {
        requireEqual(messageOf(() => play(idleStage(), { ...usual, ...options })).includes(message), true, message);
      },
    ]),
  ];
}

const requireEqual: RequireEqual = (actual, expected, what = 'what came out') => {
  const [seen, wanted] = [JSON.stringify(actual), JSON.stringify(expected)];
  if (seen !== wanted) throw new Error(`${what}: ${seen} instead of ${wanted}`);
};

function messageOf(throwing: () => unknown): string {
  try {
    throwing();
    return '';
  } catch (error) {
    return String(error);
  }
}
