import { Observable, type SchedulerLike, type Subscription } from 'rxjs';
import { follow } from '../flow/follow.js';
import { takeTurns } from '../flow/turns.js';
import { JobError, type JobHandle, type JobProvider } from '../types/job.js';
import type { Failure } from '../types/outcome.js';
import type { BatchPrompt } from '../types/prompt.js';
import { type CollectedJob, JobDraft, type Kept } from './draft.js';
import type { HeldKeys } from './held-keys.js';
import { type LineSettings, nameEntry } from './name-entry.js';

export interface CollectSettings<T> extends LineSettings<T> {
  readonly provider: Pick<JobProvider, 'line' | 'spool'>;
  readonly maxRequests: number;
  readonly maxWaitMs: number;
  readonly keep: Kept;
  /** Jobs of this run that were submitted before. */
  readonly found: readonly JobHandle[];
  /** Keys of records that are in jobs of this run already: they are passed over. */
  readonly held: HeldKeys;
  /** Takes prompts that cannot be part of a job; throws if nobody does. */
  readonly refuse: (prompt: BatchPrompt<T>, failure: Failure) => void;
  readonly scheduler: SchedulerLike;
}

/**
 * Collects prompts into jobs by count, bytes and time, as `bufferTimeOrCount` collects records. Prompts that a job of the run
 * already holds are compared with it, and not written again. What is collected when the source ends, or fails, is a last job.
 */
export function collectJobs<T>(
  source: Observable<BatchPrompt<T>>,
  settings: CollectSettings<T>,
): Observable<CollectedJob<T>> {
  const { provider, maxRequests, maxBytes, maxWaitMs, keep, found, refuse, scheduler } = settings;
  return new Observable((subscriber) => {
    /** Prompts so far that are part of jobs. */
    let ordinal = 0;
    /** The open job. */
    let draft: JobDraft<T> | undefined;
    /** Alive while a job is open. */
    let timer: Subscription | undefined;
    const inTurn = takeTurns();

    const open = (first: number): JobDraft<T> => {
      const before = found.find((job) => job.first === first);
      const next = new JobDraft<T>(first, before === undefined ? { spool: provider.spool() } : { found: before }, keep);
      if (maxWaitMs < Infinity && before === undefined)
        timer = scheduler.schedule(() => {
          inTurn(attempt, emit);
        }, maxWaitMs);
      return next;
    };

    /** What the disk says outside of the source's values has nobody else to catch it. */
    const attempt = (work: () => void): void => {
      try {
        work();
      } catch (error) {
        subscriber.error(error);
      }
    };

    const emit = (): void => {
      timer?.unsubscribe();
      timer = undefined;
      const full = draft;
      draft = undefined;
      if (full !== undefined) subscriber.next(requireSame(full.close()));
    };

    const isFull = ({ prompts, found: before }: JobDraft<T>): boolean =>
      prompts >= (before?.prompts ?? maxRequests) || startsAt(ordinal + 1);
    const startsAt = (next: number): boolean => found.some(({ first }) => first === next);

    const add = (prompt: BatchPrompt<T>): void => {
      const place = { ordinal: ordinal + 1, taken: draft?.taken ?? new Set<string>() };
      const named = nameEntry(prompt, settings, place);
      if (named.failure !== null) {
        refuse(prompt, named.failure);
        return;
      }
      if (draft?.found === null && draft.bytes + named.line.bytes > maxBytes) {
        emit();
        // Its name depends on the others in its job.
        add(prompt);
        return;
      }
      draft ??= open(place.ordinal);
      draft.add(named.entry, named.line);
      ordinal++;
      if (isFull(draft)) emit();
    };

    subscriber.add(() => {
      timer?.unsubscribe();
      draft?.discard();
    });
    const end = (last: () => void): void => {
      attempt(() => {
        emit();
        last();
      });
    };
    follow(
      source,
      subscriber,
      {
        next: (prompt) => {
          const rest = unheld(prompt, settings);
          if (rest !== null) add(rest);
        },
        error: (error) => {
          end(() => {
            subscriber.error(error);
          });
        },
        complete: () => {
          end(() => {
            subscriber.complete();
          });
        },
      },
      inTurn,
    );
  });
}

function requireSame<T>(job: CollectedJob<T>): CollectedJob<T> {
  const { found, digest } = job;
  if (found === null || (found.digest === digest && found.prompts === job.prompts)) return job;
  const rule = `the prompts from ${found.first} on must be those that the job ${found.id} of this run was submitted with`;
  throw new JobError('input_changed', `${rule}; they are others`);
}

/** The prompt for those of its records that no job holds; `null` if there are none. */
function unheld<T>(prompt: BatchPrompt<T>, { held, key }: CollectSettings<T>): BatchPrompt<T> | null {
  if (key === undefined || prompt.request === null) return prompt;
  const isHeld = (record: T): boolean => {
    try {
      return held.take(key(record));
    } catch {
      // What a key throws is said where the record's line is named.
      return false;
    }
  };
  const positions = prompt.records.flatMap((record, position) => (isHeld(record) ? [] : [position]));
  if (positions.length === prompt.records.length) return prompt;
  return positions.length === 0 ? null : prompt.subset(positions);
}
