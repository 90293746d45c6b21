import type { Life } from '../lives.js';
import type { ScriptedStep } from '../spec.js';

/** Something that happens in a row. */
export interface Mark {
  /** In milliseconds from the start. */
  readonly at: number;
  readonly kind: 'next' | 'error' | 'complete' | 'unsubscribe';
  /** `''` for what has none. */
  readonly label: string;
  /** It would have come, but nobody was subscribed any more. */
  readonly ghost: boolean;
}

type LabelOf = (letter: string) => string;

/** Marbles in one life of who emits them, `start` being the time of their first character. */
export function marksOf(
  steps: readonly ScriptedStep<string>[],
  { unsubscribedFrame }: Life,
  labelOf: LabelOf,
  start: number,
): readonly Mark[] {
  return steps.map((step) => markOf(step, start + step.frame, unsubscribedFrame, labelOf)).filter(isShown);
}

/**
 * Marbles of a source that is asked for each of them, and takes as long over one as stands between it and the one before. What it
 * is never asked for follows at the same distances, as a ghost.
 */
export function pulledMarks(
  steps: readonly ScriptedStep<string>[],
  pulls: readonly Life[],
  labelOf: LabelOf,
): readonly Mark[] {
  let due = 0;
  const marks = steps.map((step, nth) => {
    const pull = pulls[nth];
    due = (pull?.subscribedFrame ?? due) + step.frame - (steps[nth - 1]?.frame ?? 0);
    return markOf(step, due, pull?.unsubscribedFrame ?? -1, labelOf);
  });
  return marks.filter(isShown);
}

/** That something would have completed later tells nothing. */
function isShown({ at, kind, ghost }: Mark): boolean {
  return at >= 0 && !(ghost && kind === 'complete');
}

function markOf({ kind, value }: ScriptedStep<string>, at: number, until: number, labelOf: LabelOf): Mark {
  return { at, kind, label: kind === 'complete' ? '' : labelOf(value), ghost: at > until };
}
