import { replyLength } from './prompt-of.js';
import { charactersOf } from '../prompt/characters.js';
import { written } from '../types/outcome.js';
import type { AskablePrompt } from '../types/prompt.js';
import type { Price } from '../types/sending.js';
import type { Ask } from './ask.js';

/** Asking again may always cost as much as this many records asked alone, so that also a small run can be taken apart. */
const FLOOR_RECORDS = 50;
/** Price of output to that of input, where no prices are given: as most providers have it. */
const OUTPUT_TO_INPUT = 4;
/**
 * What stands around a value in a reply of the `json` format: `{"value": …}`, 4 tokens in `o200k_base`, and `{"index": 12, "value": …},`,
 * 10 tokens; in characters, as all is counted here, at four a token.
 */
const AROUND_ALONE = 16;
const AROUND_ENTRY = 40;
/** How long a value is taken for before the first has come. */
const FIRST_GUESS = 16;
/** What is believed before the first reply: a tenth of the answers of a batch of 20 is unusable, as if three replies had said so. */
const BELIEVED_UNUSABLE = 0.3;
const BELIEVED_FURTHER = 3 * 19;
/** How many replies to prompts of one size weigh as much as what replies of all sizes tell about it. */
const REPLIES = 4;

/**
 * What a run has cost, what it would have cost to ask for each of its records alone, and what asking again is expected to cost. All
 * of it is counted in the same way: in characters that are sent, and characters of replies, weighted by their price.
 *
 * How many answers are usable is learned for each size of a prompt. Where little was seen of a size, it is as if each further record
 * in a prompt did the same harm. A reply counts once, however many records it is for: its answers fail together.
 */
export class Costs {
  readonly #budget: number;
  readonly #outputWeight: number;
  /** For what was asked first, and for all. */
  #first = 0;
  #spent = 0;
  /** For asking each record alone, and how many that are. */
  #alone = 0;
  #records = 0;
  /** The characters of all values, and how many they are. */
  #characters = FIRST_GUESS;
  #values = 1;
  /** By size: replies, and the sum of the shares that were unusable in them. */
  readonly #seen = new Map<number, readonly [replies: number, unusable: number]>();
  /** By whether they were for one record: replies, and the cost of what no answer in them needed. */
  readonly #idle = [
    { replies: 0, cost: 0 },
    { replies: 0, cost: 0 },
  ] as const;
  /** What was set aside for prompts whose outcomes are not in yet. */
  readonly #reserved = new WeakMap<object, number>();
  /** Of all replies to several records: the shares that were unusable, and the records but one. */
  #unusable = BELIEVED_UNUSABLE;
  #further = BELIEVED_FURTHER;

  /** @param budget - most that the run may cost, as a multiple of what it would cost to ask for each record alone */
  constructor(budget: number, { inputPerMillion = 0, outputPerMillion = 0 }: Price = {}) {
    this.#budget = budget;
    this.#outputWeight = inputPerMillion > 0 ? outputPerMillion / inputPerMillion : OUTPUT_TO_INPUT;
  }

  /** Looks at how long a value is. */
  measure(value: unknown): void {
    // A schema may have made anything of it.
    const text = written(value);
    if (!text) return;
    this.#characters += text.length;
    this.#values++;
  }

  /** A prompt has been asked for the first time. */
  enter(prompt: AskablePrompt<unknown>): void {
    const { length } = prompt.records;
    const cost = this.#paidFor(prompt);
    this.#first += cost;
    this.#spent += cost;
    this.#alone += prompt.charactersAlone() + length * (this.#reply(1) + this.#idleOf(1));
    this.#records += length;
  }

  /** Sets aside what a prompt is expected to cost; false if that is more than is left. */
  reserve(prompt: AskablePrompt<unknown>): boolean {
    const cost = this.#leastOf(prompt) + this.#idleOf(prompt.records.length);
    const spent = this.#spent + cost;
    const alone = this.#budget * this.#alone;
    if (spent > Math.max(alone, this.#first + (alone * FLOOR_RECORDS) / this.#records)) return false;
    this.#spent = spent;
    this.#reserved.set(prompt, cost);
    return true;
  }

  /** All outcomes of an ask are in. A request that was refused is not paid for, and of a reply it is seen how much is usable. */
  settle({ prompt, failed, telling }: Ask<unknown>): void {
    const { length } = prompt.records;
    const paid = this.#paidFor(prompt);
    this.#spent += paid - (this.#reserved.get(prompt) ?? paid);
    const idle = this.#idleFor(length);
    idle.replies++;
    idle.cost += paid - this.#leastOf(prompt);
    const share = failed.length / length;
    if (share === 1 && failed.every(({ error }) => error.kind === 'splittable')) this.#spent -= paid;
    if (!telling) return;
    const [replies, unusable] = this.#seen.get(length) ?? [0, 0];
    this.#seen.set(length, [replies + 1, unusable + share]);
    if (length === 1) return;
    this.#unusable += share;
    this.#further += length - 1;
  }

  /**
   * How many of `count` records of a prompt are to be in one prompt, up to `most`, for a usable answer to cost least.
   */
  cheapest(prompt: AskablePrompt<unknown>, count: number, most: number): number {
    const { length } = prompt.records;
    // What every prompt repeats, and what a record adds to it.
    const alone = prompt.charactersAlone();
    const repeated = (alone - charactersOf(prompt.request)) / Math.max(1, length - 1);
    const own = alone / length - repeated;
    let best = 1;
    let least = Infinity;
    for (let size = 1; size <= most; size++) {
      const prompts = Math.ceil(count / size);
      const cost =
        (own + ((repeated + this.#idleOf(size)) * prompts) / count + this.#reply(size)) / this.#usableShare(size);
      if (cost <= least) [best, least] = [size, cost];
    }
    return best;
  }

  /** What a prompt costs whose reply has its entries, and nothing else. */
  #leastOf({ request, records: { length } }: AskablePrompt<unknown>): number {
    return charactersOf(request) + length * this.#reply(length);
  }

  /** What a prompt has cost, whose reply is in. */
  #paidFor(prompt: AskablePrompt<unknown>): number {
    const reply = replyLength(prompt) * this.#outputWeight;
    return Math.max(this.#leastOf(prompt), charactersOf(prompt.request) + reply);
  }

  #idleFor(size: number): { replies: number; cost: number } {
    return this.#idle[size === 1 ? 0 : 1];
  }

  /** What a reply for so many records is expected to cost for nothing. */
  #idleOf(size: number): number {
    const { replies, cost } = this.#idleFor(size);
    return cost / (replies || 1);
  }

  /** The reply's part for one of so many records. */
  #reply(size: number): number {
    return (this.#characters / this.#values + (size === 1 ? AROUND_ALONE : AROUND_ENTRY)) * this.#outputWeight;
  }

  #usableShare(size: number): number {
    const [replies, unusable] = this.#seen.get(size) ?? [0, 0];
    const expected = Math.min(1, (this.#unusable / this.#further) * (size - 1));
    return Math.max(0.01, 1 - (unusable + REPLIES * expected) / (replies + REPLIES));
  }
}
