import { computed, inject, Injectable, signal } from '@angular/core';
import { toSignal } from '@angular/core/rxjs-interop';
import {
  bufferTime,
  catchError,
  concat,
  defer,
  EMPTY,
  filter,
  map,
  type Observable,
  of,
  scan,
  Subject,
  switchMap,
  takeUntil,
  tap,
  timestamp,
} from 'rxjs';
import { CONNECT, reviewModel, type Settings } from './model';
import { run, type Source } from './run';
import { type Ended, IDLE, type Message, next, progressOf } from './state';
import { fixedCharacters, spentAlone } from './totals';

/** The page is drawn at most so often. */
const REFRESH_MS = 50;

/** Holds the one run of the page. It ends with the service: what is on the wire is aborted. */
@Injectable({ providedIn: 'root' })
export class PredictionService {
  readonly #connect = inject(CONNECT);
  readonly #starts = new Subject<Source>();
  readonly #stops = new Subject<void>();

  /** For the next run. */
  readonly settings = signal<Settings>({ batchSize: 20, waitMs: 500, concurrency: 4 });

  readonly state = toSignal(
    this.#starts.pipe(
      switchMap((source) => this.#messages(source)),
      timestamp(),
      scan((state, { value, timestamp: now }) => next(state, value, now), IDLE),
    ),
    { initialValue: IDLE },
  );

  readonly isRunning = computed(() => this.state().phase === 'running');
  readonly progress = computed(() => progressOf(this.state()));
  readonly failed = computed(() => this.state().table.rows.filter(({ status }) => status === 'failed'));
  readonly alone = computed(() => spentAlone(this.state().totals, this.#fixed()));
  readonly #fixed = computed(() => fixedCharacters(this.#model(this.settings())));

  /** Another run ends with it. */
  start(source: Source): void {
    this.#starts.next(source);
  }

  /** Asks again for the reviews without a sentiment, and no others. */
  askAgain(): void {
    this.start({ kind: 'again', reviews: this.failed().map(({ review }) => review) });
  }

  stop(): void {
    this.#stops.next();
  }

  #messages(source: Source): Observable<Message> {
    const settings = this.settings();
    let end: Ended = { type: 'ended', phase: 'finished', problem: '' };
    const stop$ = this.#stops.pipe(tap(() => (end = { ...end, phase: 'stopped' })));

    return concat(
      of<Message>({ type: 'started', kind: source.kind }),
      defer(() => run(source, this.#model(settings), settings)).pipe(
        // What has happened until then is still shown: the stop stands before the buffer.
        takeUntil(stop$),
        catchError((error: unknown) => {
          end = { ...end, phase: 'broken', problem: error instanceof Error ? error.message : String(error) };
          return EMPTY;
        }),
        bufferTime(REFRESH_MS),
        filter((changes) => changes.length > 0),
        map((changes): Message => ({ type: 'changed', changes })),
      ),
      defer(() => of(end)),
    );
  }

  #model(settings: Settings) {
    return reviewModel(this.#connect(settings), settings);
  }
}
