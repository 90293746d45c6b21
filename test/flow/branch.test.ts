import { mergeMap, type Observable, of, Subject, throwError, timer } from 'rxjs';
import { TestScheduler } from 'rxjs/testing';
import { expect, it } from 'vitest';
import { branch } from '../../src/flow/branch.js';

/** Letters pass; a capital also opens a stream. */
const letters = (opened: () => Observable<string>) =>
  branch<string, string>((value, pass) => {
    pass(value);
    return /[A-Z]/.test(value) ? opened() : undefined;
  });

const play = (run: Parameters<TestScheduler['run']>[0]): void => {
  const scheduler = new TestScheduler((actual, expected) => {
    expect(actual).toEqual(expected);
  });
  scheduler.run(run);
};

it('passes at once, and merges in what a value opens', () => {
  play(({ cold, expectObservable, expectSubscriptions }) => {
    const source = cold('  a-B-c-----D|');
    const digits = cold('  ---1--2|');
    expectObservable(source.pipe(letters(() => digits))).toBe('a-B-c1--2-D--1--2|');
    expectSubscriptions(source.subscriptions).toBe('^----------!');
    expectSubscriptions(digits.subscriptions).toBe(['--^------!', '----------^------!']);
  });
});

it('passes a value before what it opens, also where that is there at once', () => {
  play(({ cold, expectObservable }) => {
    expectObservable(cold('A----b|').pipe(letters(() => of('1', '2')))).toBe('(A12)b|');
  });
});

it('errors with what is opened, and stops the source', () => {
  play(({ cold, expectObservable, expectSubscriptions }) => {
    const source = cold('a-B----c|');
    const failing = () => timer(2).pipe(mergeMap(() => throwError(() => 'gone')));
    expectObservable(source.pipe(letters(failing))).toBe('a-B-#', undefined, 'gone');
    expectSubscriptions(source.subscriptions).toBe('^---!');
  });
});

it('errors with the source, and with what is thrown', () => {
  const heard: unknown[] = [];
  const error = (reason: unknown) => heard.push(reason);
  throwError(() => 'source')
    .pipe(branch(() => undefined))
    .subscribe({ error });
  of(1)
    .pipe(
      branch(() => {
        throw new TypeError('thrown');
      }),
    )
    .subscribe({ error });
  expect(heard).toEqual(['source', new TypeError('thrown')]);
});

it('stops the source and what it opened on unsubscribe', () => {
  const source = new Subject<string>();
  const opened = new Subject<string>();
  const subscription = source.pipe(letters(() => opened)).subscribe();
  source.next('A');
  expect([source.observed, opened.observed]).toEqual([true, true]);
  subscription.unsubscribe();
  expect([source.observed, opened.observed]).toEqual([false, false]);
});
