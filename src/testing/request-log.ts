import type { StandInRequest } from './fault.js';
import { Milestone } from './milestone.js';
import { countTokens } from '../prompt/count-tokens.js';

/**
 * A request to a model and what became of it. Times are ticks of one clock that counts starts and ends, from 1: they tell the
 * order of events, and nothing else.
 */
export interface SeenRequest extends StandInRequest {
  readonly startedAt: number;
  /** `null` while the request is being answered. */
  readonly endedAt: number | null;
  /** Status of the response; `null` as long as there is none. */
  readonly status: number | null;
  /** True if the client left before the answer ended. */
  readonly aborted: boolean;
  /** Tokens of the prompt; 0 if it was refused. */
  readonly inputTokens: number;
  /** Tokens of what was sent of the reply; 0 until the request has ended. */
  readonly outputTokens: number;
}

/** Sums over all requests to a model, also over those that are no longer remembered. */
export interface StandInStats {
  readonly requests: number;
  /** Requests whose client left before the answer ended. */
  readonly aborted: number;
  readonly inFlight: number;
  readonly maxInFlight: number;
  readonly inputTokens: number;
  readonly outputTokens: number;
  /** Records that were asked for, as often as they were. */
  readonly records: number;
}

/** A request while it is being answered. */
export interface OpenRequest {
  readonly seen: SeenRequest;
  status(status: number): void;
  inputTokens(count: number): void;
  /** A piece of the reply is on its way. */
  sent(text: string): void;
  /** Only the first call counts. */
  close(aborted: boolean): void;
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

/** Remembers requests to a model, counts them, and tells those who wait for one. */
export class RequestLog {
  /** The remembered requests, the oldest first. */
  readonly requests: SeenRequest[] = [];
  readonly received = new Milestone();
  readonly aborted = new Milestone();
  readonly #keep: number;
  readonly #stats: Mutable<StandInStats> = {
    requests: 0,
    aborted: 0,
    inFlight: 0,
    maxInFlight: 0,
    inputTokens: 0,
    outputTokens: 0,
    records: 0,
  };
  #ticks = 0;

  /** @param keep - most requests that are remembered */
  constructor(keep: number) {
    this.#keep = keep;
  }

  stats(): StandInStats {
    return { ...this.#stats };
  }

  open(request: Omit<StandInRequest, 'number'>): OpenRequest {
    const stats = this.#stats;
    const seen: Mutable<SeenRequest> = {
      ...request,
      number: ++stats.requests,
      startedAt: ++this.#ticks,
      endedAt: null,
      status: null,
      aborted: false,
      inputTokens: 0,
      outputTokens: 0,
    };
    stats.records += seen.records.length;
    stats.maxInFlight = Math.max(stats.maxInFlight, ++stats.inFlight);
    this.requests.push(seen);
    if (this.requests.length > this.#keep) this.requests.shift();
    this.received.reach(stats.requests);
    return this.#handle(seen);
  }

  /** No request will come any more: those who wait for one are told so. */
  end(error: Error): void {
    this.received.end(error);
    this.aborted.end(error);
  }

  #handle(seen: Mutable<SeenRequest>): OpenRequest {
    const stats = this.#stats;
    let sent = '';
    return {
      seen,
      status: (status) => (seen.status = status),
      inputTokens: (count) => {
        seen.inputTokens = count;
        stats.inputTokens += count;
      },
      sent: (text) => (sent += text),
      close: (aborted) => {
        if (seen.endedAt !== null) return;
        seen.endedAt = ++this.#ticks;
        seen.aborted = aborted;
        seen.outputTokens = countTokens(sent);
        stats.outputTokens += seen.outputTokens;
        stats.inFlight--;
        if (aborted) this.aborted.reach(++stats.aborted);
      },
    };
  }
}
