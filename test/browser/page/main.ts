/** What the tests in the folder above ask a page to do. */
import { readFile } from './file.js';
import { playMarbles } from './marbles.js';
import { events, seen, start, stop } from './run.js';

const tasks = { events, playMarbles, readFile, seen, start, stop };

export type Tasks = typeof tasks;

const violations: string[] = [];
addEventListener('securitypolicyviolation', ({ effectiveDirective, blockedURI, sourceFile }) => {
  violations.push(`${effectiveDirective}: ${blockedURI} in ${sourceFile}`);
});

/** What the page is driven by. */
export interface Driver {
  readonly violations: readonly string[];
  /** Runs a task by itself: code that a debugger calls may evaluate text, whatever the policy. */
  run<Name extends keyof Tasks>(name: Name, args: Parameters<Tasks[Name]>): Promise<unknown>;
}

const driver: Driver = {
  violations,
  run: (name, args) =>
    new Promise((resolve, reject) => {
      const task = tasks[name] as (...args: unknown[]) => unknown;
      setTimeout(() => {
        Promise.resolve(args)
          .then((given) => task(...given))
          .then(resolve, reject);
      });
    }),
};

Object.assign(globalThis, { driver });
