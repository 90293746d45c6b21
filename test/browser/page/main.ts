/** What the tests in the folder above ask a page to do. */
import { evaluate, useEntry, useZod } from './entries.js';
import { readFile } from './file.js';
import { playMarbles } from './marbles.js';
import { events, seen, start, stop } from './run.js';

const tasks = { evaluate, events, playMarbles, readFile, seen, start, stop, useEntry, useZod };

export type Tasks = typeof tasks;

const violations: string[] = [];
addEventListener('securitypolicyviolation', ({ effectiveDirective, blockedURI, sourceFile }) => {
  violations.push(`${effectiveDirective}: ${blockedURI} in ${sourceFile}`);
});

/** What the page is driven by. */
export interface Driver {
  readonly violations: string[];
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
