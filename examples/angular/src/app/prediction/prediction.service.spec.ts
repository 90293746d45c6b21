import { TestBed } from '@angular/core/testing';
import { map } from 'rxjs';
import { answering, fakeProvider, type FakeProvider, failing, hanging } from 'rxjs-llm/testing';
import { TestScheduler } from 'rxjs/testing';
import type { Review } from '../records/review';
import { CONNECT } from './model';
import { PredictionService } from './prediction.service';
import type { Row } from './table';

const review = (position: number, text: string): Review => ({ position, text, problem: null, share: 0 });
const a = review(0, 'A great film.');
const b = review(1, 'Two hours of boredom.');
const c = review(2, 'Nothing happens.');

const sentimentOf = (text: string) => (text.includes('boredom') ? 'negative' : 'positive');
const label = (row: Row) => (row.status === 'done' ? row.value : row.status === 'failed' ? row.code : 'waiting');

/** The service, with a fake in place of the backend, and what its rows say. */
function serviceWith(provider: FakeProvider) {
  TestBed.configureTestingModule({ providers: [{ provide: CONNECT, useValue: () => provider }] });
  const service = TestBed.inject(PredictionService);
  service.settings.set({ batchSize: 2, waitMs: 100, concurrency: 1 });
  return { service, rows: () => service.state().table.rows.map(label) };
}

const scheduler = () => new TestScheduler((actual, expected) => expect(actual).toEqual(expected));

describe('PredictionService', () => {
  it('fills the row of each review when its entry has closed, and not at the end of the reply', () => {
    const { service, rows } = serviceWith(fakeProvider(answering(sentimentOf, { latencyMs: 200, betweenMs: 200 })));

    scheduler().run(({ cold, expectObservable }) => {
      service.start({ kind: 'ticker', reviews$: cold('(ab|)', { a, b }) });
      const moments$ = cold('-x 59ms x 199ms x 199ms x');
      expectObservable(moments$.pipe(map(rows))).toBe('-a 59ms b 199ms c 199ms d', {
        a: [],
        b: ['waiting', 'waiting'],
        c: ['positive', 'waiting'],
        d: ['positive', 'negative'],
      });
    });

    expect(service.state().phase).toBe('finished');
  });

  it('asks again for the failed reviews alone, and puts them where they were', () => {
    let isSure = false;
    const answer = (text: string) => (text === b.text && !isSure ? 'mixed' : sentimentOf(text));
    const provider = fakeProvider(answering(answer));
    const { service, rows } = serviceWith(provider);

    scheduler().run(({ cold, flush }) => {
      service.start({ kind: 'ticker', reviews$: cold('(abc|)', { a, b, c }) });
      flush();
    });
    expect(rows()).toEqual(['positive', 'schema_mismatch', 'positive']);
    expect(service.failed()).toMatchObject([{ review: b, evidence: expect.stringContaining('mixed') }]);

    isSure = true;
    const before = provider.requests.length;
    scheduler().run(({ flush }) => {
      service.askAgain();
      flush();
    });
    expect(rows()).toEqual(['positive', 'negative', 'positive']);
    expect(provider.requests.slice(before).map(({ records }) => records)).toEqual([[b.text]]);
  });

  it('aborts what is on the wire when it is stopped, and keeps what has come', () => {
    const provider = fakeProvider([answering(sentimentOf, { latencyMs: 10 }), hanging()]);
    const { service, rows } = serviceWith(provider);

    scheduler().run(({ cold, flush }) => {
      service.start({ kind: 'ticker', reviews$: cold('(abc)', { a, b, c }) });
      cold('155ms x').subscribe(() => service.stop());
      flush();
    });

    expect(rows()).toEqual(['positive', 'negative', 'stopped']);
    expect(provider.requests).toMatchObject([{ end: 'answered' }, { end: 'aborted', endedAt: 155 }]);
    expect(service.state().phase).toBe('stopped');
  });

  it('tells what ended the run, and gives no row away', () => {
    const { service, rows } = serviceWith(fakeProvider(failing('unauthorized')));

    scheduler().run(({ cold, flush }) => {
      service.start({ kind: 'ticker', reviews$: cold('(ab)', { a, b }) });
      flush();
    });

    expect(rows()).toEqual(['unauthorized', 'unauthorized']);
    expect(service.state().phase).toBe('broken');
    expect(service.state().problem).not.toBe('');
  });

  it('aborts what is on the wire when it is destroyed', () => {
    const provider = fakeProvider(hanging());
    const { service } = serviceWith(provider);

    scheduler().run(({ cold, flush }) => {
      service.start({ kind: 'ticker', reviews$: cold('(ab)', { a, b }) });
      cold('20ms x').subscribe(() => TestBed.resetTestingModule());
      flush();
    });

    expect(provider.requests).toMatchObject([{ end: 'aborted', endedAt: 20 }]);
  });
});
