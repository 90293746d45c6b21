import { concat, defer, from, identity, map, mergeMap, type Observable, of, throwError, toArray } from 'rxjs';
import { bufferTimeOrCount } from '../../operators/bufferTimeOrCount.js';
import { parseIndexed } from '../../operators/parseIndexed.js';
import { recoverFailed, type RecoverFailedOptions } from '../../operators/recoverFailed.js';
import { toBatchPrompt } from '../../operators/toBatchPrompt.js';
import { charactersOf } from '../../src/prompt/characters.js';
import { decodeRecords } from '../../src/prompt/decode.js';
import type { Failure, Outcome } from '../../src/types/outcome.js';
import type { AskablePrompt, BatchPrompt } from '../../src/types/prompt.js';
import type { ReplyChunk } from '../../src/types/reply.js';

/** A record, which nothing but its text tells from others. */
export interface Item {
  readonly text: string;
}

/** What a model makes of a request: for each record whether it answers, or why the request fails as a whole. */
export type Mood = (texts: readonly string[], number: number) => readonly boolean[] | Failure;

/** The text of a record; all are as long. */
export function nameOf(number: number): string {
  return `r${String(number).padStart(4, '0')}`;
}

/** What an answer says: it names the record that it was given to. */
export function answerTo(text: string): string {
  return `about ${text}`;
}

export interface Asking extends Partial<Omit<RecoverFailedOptions<Item, unknown>, 'attempt'>> {
  readonly batchSize: number;
  readonly ids?: 'index' | 'nonce';
  readonly system?: string;
  /** Makes something else of what recovery is given. @defaultValue nothing */
  readonly twist?: (outcomes: Observable<Outcome<Item, unknown>>) => Observable<Outcome<Item, unknown>>;
}

/** All that was asked, and what came of it. */
export class Run {
  readonly items: readonly Item[];
  readonly outcomes: readonly Outcome<Item, unknown>[];
  /** First asks, and those of recovery. */
  readonly first: AskablePrompt<Item>[] = [];
  readonly again: AskablePrompt<Item>[] = [];
  readonly #mood: Mood;

  constructor(count: number, mood: Mood, options: Asking) {
    const {
      batchSize,
      ids = 'index',
      system,
      twist = identity<Observable<Outcome<Item, unknown>>>,
      ...recovery
    } = options;
    this.#mood = mood;
    this.items = Array.from({ length: count }, (_, number) => ({ text: nameOf(number) }));
    const outcomes: Outcome<Item, unknown>[] = [];
    from(this.items)
      .pipe(
        bufferTimeOrCount({ maxCount: batchSize }),
        toBatchPrompt<Item>({ ids, system }),
        mergeMap((prompt) => this.#ask(prompt, this.first)),
        recoverFailed({ ...recovery, attempt: (prompt) => twist(this.#ask(prompt, this.again)) }),
      )
      .subscribe((outcome) => outcomes.push(outcome));
    this.outcomes = outcomes;
  }

  /** Characters that were sent. */
  get sent(): number {
    return this.sentFirst + charactersIn(this.again);
  }

  /** Those of the first asks. */
  get sentFirst(): number {
    return charactersIn(this.first);
  }

  /** What first asks for a few records sent more than asking for each alone would have: to say how to name them takes words. */
  get excess(): number {
    const excesses = this.first.map(({ request, charactersAlone }) => charactersOf(request) - charactersAlone());
    return excesses.reduce((sum, excess) => sum + Math.max(0, excess), 0);
  }

  /** Characters that asking for each record alone would have sent. */
  get alone(): number {
    return this.first.reduce((sum, { charactersAlone }) => sum + charactersAlone(), 0);
  }

  #ask(prompt: BatchPrompt<Item>, log: AskablePrompt<Item>[]): Observable<Outcome<Item, unknown>> {
    if (prompt.request === null) throw new Error('all records can be asked');
    log.push(prompt);
    return of(this.#reply(prompt)).pipe(parseIndexed());
  }

  /** Reads the request as a model would, and answers under the names that stand there. */
  #reply(prompt: AskablePrompt<Item>): ReplyChunk<Item> {
    const asked = decodeRecords(prompt.request.messages[0]!.content, 'plain');
    const mood = this.#mood(
      asked.map(({ text }) => text),
      this.first.length + this.again.length,
    );
    if ('code' in mood) return { prompt, done: true, error: mood };
    const entries = asked.flatMap(({ id, text }, position) => {
      if (mood[position] !== true) return [];
      return [{ index: typeof prompt.ids[0] === 'number' ? Number(id ?? 1) : id, value: answerTo(text) }];
    });
    const text = JSON.stringify(asked.length === 1 ? (entries[0] ?? {}) : { results: entries });
    return { prompt, done: true, text, finish: 'stop', usage: null, error: null };
  }
}

function charactersIn(prompts: readonly AskablePrompt<Item>[]): number {
  return prompts.reduce((sum, { request }) => sum + charactersOf(request), 0);
}

/** What a badly written `attempt` may do. */
export const TWISTS: Readonly<Record<string, NonNullable<Asking['twist']>>> = {
  'does as it should': (outcomes) => outcomes,
  'leaves the first out': (outcomes) =>
    outcomes.pipe(
      toArray<Outcome<Item, unknown>>(),
      mergeMap((all) => all.slice(1)),
    ),
  'gives all twice': (outcomes) => outcomes.pipe(mergeMap((outcome) => [outcome, { ...outcome }])),
  'gives them backwards': (outcomes) =>
    outcomes.pipe(
      toArray<Outcome<Item, unknown>>(),
      mergeMap((all) => all.reverse()),
    ),
  'gives them under indices of their own': (outcomes) =>
    outcomes.pipe(map((outcome, index) => ({ ...outcome, index }))),
  'gives others too': (outcomes) => concat(of(stranger(0), stranger(4711)), outcomes, of(stranger(1))),
  'fails at the end': (outcomes) =>
    concat(
      outcomes,
      throwError(() => new Error('broken')),
    ),
  'fails at once': () => throwError(() => new Error('broken')),
  throws: () =>
    defer(() => {
      throw new Error('broken');
    }),
};

function stranger(index: number): Outcome<Item, unknown> {
  return { record: { text: 'nobody' }, index, batchId: 'none', attempts: 1, value: answerTo('nobody'), error: null };
}
