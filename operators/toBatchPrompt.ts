import { asyncScheduler, Observable, type OperatorFunction, type SchedulerLike } from 'rxjs';
import { follow } from '../src/flow/follow.js';
import { requireInteger, requireOneOf } from '../src/flow/require.js';
import { type PromptEntry, PromptMaker } from '../src/prompt/batch-prompt.js';
import { contentReader, type RecordContent } from '../src/prompt/content.js';
import type { RecordEncoding } from '../src/prompt/encoding.js';
import { type CountTokens, fitPrompt } from '../src/prompt/fit.js';
import { batchTemplate } from '../src/prompt/template.js';
import { json } from '../src/reply/json.js';
import { estimateTokens } from '../src/prompt/estimate-tokens.js';
import { type Failure, reasonOf } from '../src/types/outcome.js';
import type { BatchPrompt } from '../src/types/prompt.js';
import type { ReplyFormat } from '../src/types/reply.js';

/** Options of {@link toBatchPrompt}. */
export interface ToBatchPromptOptions<T> {
  /**
   * What the model reads of a record: a function (`template()` of `rxjs-llm/template` makes one), or a field's name. A record
   * that is a string is its own content. Called once a record; a throw, or blank content, is that record's `content_error`.
   * @defaultValue 'text'
   */
  readonly content?: RecordContent<T>;
  /** System instruction. @defaultValue none */
  readonly system?: string | undefined;
  /**
   * How to ask for a batch: records are written where `{{records}}` stands, or after the text; `{{count}}` is their number.
   * @defaultValue a sentence that asks for an answer to each input
   */
  readonly template?: string | undefined;
  /** How records are written: see `renderRecords`. @defaultValue 'plain' */
  readonly encoding?: RecordEncoding;
  /**
   * How the model is asked to reply; its instruction joins the system instruction. A `template` without a `format` has to say
   * itself how to reply. @defaultValue json()
   */
  readonly format?: ReplyFormat;
  /** What a reply names a record by: its number in the prompt, or a nonce that it can only copy. @defaultValue 'index' */
  readonly ids?: 'index' | 'nonce';
  /** Most tokens of the reply for each record, an integer from 1. @defaultValue the provider's limit */
  readonly maxOutputTokens?: number | undefined;
  /** Further fields of the request body (`temperature`, `seed` …). @defaultValue none */
  readonly fields?: Readonly<Record<string, unknown>> | undefined;
  /**
   * Most tokens of a prompt (system instruction and messages), an integer from 1: a larger one is halved; a record that is more
   * alone is refused as `too_large`. @defaultValue Infinity
   */
  readonly maxTokens?: number | undefined;
  /** Counts the tokens of a text. @defaultValue four characters a token */
  readonly countTokens?: CountTokens | undefined;
  /** When prompts are born. @defaultValue rxjs's `asyncScheduler` */
  readonly scheduler?: SchedulerLike | undefined;
  /** Where nonces come from: gives a number from 0 up to 1. @defaultValue Math.random */
  readonly random?: (() => number) | undefined;
}

/**
 * Emits, for each array of records, the prompt that asks for all of them at once.
 *
 * ```text
 * source   -x--------y-|     x = [a, b], y = [c]
 *          toBatchPrompt({ content: r => r.text })
 * result   -p--------q-|     p asks for a as 1 and b as 2; q asks for c alone, without an index
 * ```
 *
 * - *emits* one prompt an array, at once, in their order. Each record whose content cannot be read comes in a prompt of its own, after
 *   the others of its array, with an `error` in place of the request. An empty array gives nothing.
 * - *completes*, and *errors*, with the source.
 * - *on unsubscribe* nothing is left.
 * - *holds at most* what comes while a prompt is delivered; prompts hold their records.
 *
 * No text, however hostile, can pass for another record: what `encoding` writes can be read back exactly.
 *
 * @example
 * ```ts
 * batches$.pipe(toBatchPrompt({ system: 'Classify the sentiment.', content: (review: Review) => review.text }))
 * ```
 *
 * @throws RangeError if `template` has an unknown tag; TypeError if `content` is a template, which needs its engine
 * @see {@link callLLM}
 * @see [The model and its options](../docs/model.md)
 */
export function toBatchPrompt<T>(
  options: ToBatchPromptOptions<T> = {},
): OperatorFunction<readonly T[], BatchPrompt<T>> {
  const { content = 'text', template, format, encoding = 'plain', ids = 'index', fields = {} } = options;
  const prompts = new PromptMaker({
    system: options.system,
    template: template === undefined ? undefined : batchTemplate(template),
    encoding,
    format: format ?? json(),
    instruct: format !== undefined || template === undefined,
    ids,
    maxOutputTokens: options.maxOutputTokens,
    fields,
    random: options.random ?? Math.random,
  });
  requireOneOf('encoding', encoding, ['plain', 'json', 'xml']);
  requireOneOf('ids', ids, ['index', 'nonce']);
  const read = contentReader(content);
  const {
    maxTokens = Infinity,
    countTokens = (text: string) => estimateTokens(text.length),
    scheduler = asyncScheduler,
  } = options;
  requireInteger('maxTokens', maxTokens, 1);

  const tooLarge = (prompt: BatchPrompt<T>, tokens: number): BatchPrompt<T> => {
    const message = `the record needs ${tokens} tokens, and a prompt may have ${maxTokens}`;
    const entry = { record: prompt.records[0] as T, index: prompt.indices[0] ?? -1, text: '' };
    return prompts.make(prompt, [entry], { code: 'too_large', message });
  };

  return (source) =>
    new Observable((subscriber) => {
      /** Records and batches so far: the identity of the next ones. */
      let records = 0;
      let batches = 0;

      follow(source, subscriber, {
        next: (batch) => {
          const number = ++batches;
          const bornAt = scheduler.now();
          const good: PromptEntry<T>[] = [];
          const refused: BatchPrompt<T>[] = [];
          for (const record of batch) {
            const index = records++;
            try {
              good.push({ record, index, text: requireText(read(record)) });
            } catch (cause) {
              const message = `the record's content cannot be read: ${reasonOf(cause)}`;
              const id = `b${number}.e${refused.length + 1}`;
              const error: Failure = { code: 'content_error', message, cause };
              refused.push(prompts.make({ id, number, bornAt }, [{ record, index, text: '' }], error));
            }
          }
          if (good.length > 0) {
            const prompt = prompts.make({ id: `b${number}`, number, bornAt }, good);
            refused.unshift(...fitPrompt(prompt, maxTokens, countTokens, tooLarge));
          }
          for (const prompt of refused) subscriber.next(prompt);
        },
      });
    });
}

function requireText(content: unknown): string {
  if (typeof content !== 'string') throw new TypeError(`content must be a string; got ${typeof content}`);
  if (content.trim() === '') throw new TypeError('content is blank');
  return content;
}
