import type { Observable, SchedulerLike } from 'rxjs';
import type { CompletionRequest } from '../../types/prompt.js';
import type { CompletionEvent } from '../../types/provider.js';

/**
 * A reply of a fake: marbles (`--a-b|`), the events themselves, or a function of what is asked, such as {@link answering} makes.
 */
export type FakeReply = string | Observable<CompletionEvent> | ((call: FakeCall) => FakeReply);

/** What a fake is asked, while it answers. */
export interface FakeCall {
  /** Which request to this fake it is, from 1; one that is sent again counts again. */
  readonly number: number;
  readonly request: CompletionRequest;
  /** The texts of the records that it asks for, in their order. */
  readonly records: readonly string[];
  /** Where time comes from. */
  readonly scheduler: SchedulerLike;
  /** Plays another reply, so that one reply can be made of others. */
  readonly play: (reply: FakeReply) => Observable<CompletionEvent>;
}
