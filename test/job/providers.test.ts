import { describe, expect, it } from 'vitest';
import type { LlmEvent } from '../../src/types/events.js';
import { allOk, APIS, FAST, jobsAt, jobServer, KEY, predicted, promptsOf, texts, verdicts } from './server.js';

describe.each(APIS)('jobs of %s', (api) => {
  it('answer each record of each prompt, whatever the order of the results', async () => {
    const { server, spools } = await jobServer();
    const records = texts(23);
    const { handles, outcomes } = await predicted(jobsAt(server, api), promptsOf(records, 5), { maxRequests: 2 });
    expect(handles.map(({ prompts }) => prompts)).toEqual([2, 2, 1]);
    expect(handles.map((handle) => handle.records)).toEqual([10, 10, 3]);
    expect(verdicts(outcomes)).toEqual(allOk(records));
    expect([...server.jobs.submissions().values()]).toEqual(records.map(() => 1));
    expect(await spools()).toEqual([]);
  });

  it('carry single records by their keys', async () => {
    const { server } = await jobServer();
    const key = (record: string) => record.replace(' ', '-');
    const { outcomes } = await predicted(jobsAt(server, api), promptsOf(texts(3)), { key });
    expect(verdicts(outcomes)).toEqual(allOk(texts(3)));
  });

  it('keep what was paid of a job that expired, and say of the rest that it did', async () => {
    const { server } = await jobServer({ jobs: { fault: () => ({ kind: 'end', as: 'expired', answered: 3 }) } });
    const { outcomes } = await predicted(jobsAt(server, api), promptsOf(texts(5)));
    const said = verdicts(outcomes).map((verdict) => verdict.split(': ')[1]);
    expect(said.toSorted()).toEqual(['job_expired', 'job_expired', 'ok', 'ok', 'ok']);
  });

  it('keep what was paid of a job that was cancelled', async () => {
    const { server } = await jobServer({ jobs: { fault: () => ({ kind: 'end', as: 'cancelled', answered: 1 }) } });
    const { outcomes } = await predicted(jobsAt(server, api), promptsOf(texts(2)));
    const said = verdicts(outcomes).map((verdict) => verdict.split(': ')[1]);
    expect(said.toSorted()).toEqual(['job_cancelled', 'ok']);
  });

  it('that ended without any results have an error for each record', async () => {
    const { server } = await jobServer({ jobs: { fault: () => ({ kind: 'noResults' }) } });
    const { outcomes } = await predicted(jobsAt(server, api), promptsOf(texts(2)));
    expect(verdicts(outcomes)).toEqual(['text 1: result_missing', 'text 2: result_missing']);
  });

  it('survive results that are lost, repeated, stray and cut in the last line', async () => {
    const events: LlmEvent[] = [];
    const { server } = await jobServer({
      jobs: {
        fault: () => [
          { kind: 'loseResults', results: 1 },
          { kind: 'strayResults', results: 2 },
          { kind: 'repeatResults', results: 1 },
          { kind: 'truncateResults', bytes: 9 },
        ],
      },
    });
    const { outcomes } = await predicted(jobsAt(server, api), promptsOf(texts(6)), {
      events: { next: (event) => events.push(event) },
    });
    const said = verdicts(outcomes).map((verdict) => verdict.split(': ')[1]);
    expect(said.filter((code) => code === 'ok')).toHaveLength(5);
    expect(said.filter((code) => code === 'result_missing')).toHaveLength(1);
    const warned = events.flatMap((event) => (event.type === 'warning' ? [event.code] : []));
    expect(warned).toContain('unknown_result');
    expect(warned).toContain('unreadable_result');
  });

  it('give errors of single lines to their records, also within a body that says 200', async () => {
    const { server } = await jobServer({
      fault: ({ records }) => {
        if (records[0]?.text === 'text 1') return { kind: 'status', status: 500 };
        if (records[0]?.text === 'text 2') return { kind: 'reset' };
        return records[0]?.text === 'text 3' ? { kind: 'errorInStream', characters: 0 } : undefined;
      },
    });
    const { outcomes } = await predicted(jobsAt(server, api), promptsOf(texts(4)));
    expect(verdicts(outcomes)).toEqual([
      'text 1: server_error',
      'text 2: server_error',
      'text 3: server_error',
      'text 4: ok',
    ]);
    expect(outcomes.find(({ error }) => error !== null)?.error).toMatchObject({ kind: 'retryable', interrupted: true });
  });

  it('survive polls, uploads and downloads that fail', async () => {
    const { server, spools } = await jobServer({
      jobs: {
        callFault: ({ operation, nth }) => {
          if (operation === 'uploadFile' && nth === 1) return { kind: 'cutBody', bytes: 100 };
          if (operation === 'createJob' && nth === 1) return { kind: 'status', status: 429 };
          if (operation === 'retrieveJob' && nth < 3) return { kind: 'reset' };
          if (operation === 'downloadFile' || operation === 'downloadResults')
            return nth === 1 ? { kind: 'cutBody', bytes: 700 } : undefined;
          return undefined;
        },
      },
    });
    const { outcomes } = await predicted(jobsAt(server, api), promptsOf(texts(9)));
    expect(verdicts(outcomes)).toEqual(allOk(texts(9)));
    expect(await spools()).toEqual([]);
  });

  it('are not submitted twice when the answer to their creation never comes', async () => {
    const { server } = await jobServer({
      jobs: {
        callFault: ({ operation, nth }) =>
          operation === 'createJob' && nth === 1 ? { kind: 'lostAnswer' } : undefined,
      },
    });
    const { outcomes } = await predicted(jobsAt(server, api), promptsOf(texts(3)));
    expect(verdicts(outcomes)).toEqual(allOk(texts(3)));
    expect([...server.jobs.submissions().values()]).toEqual([1, 1, 1]);
  });

  it('are sent to no other host', async () => {
    const { server: other } = await jobServer();
    const { server, spools } = await jobServer({
      jobs: {
        callFault: ({ operation, path }) =>
          operation === 'uploadFile' || operation === 'createJob'
            ? { kind: 'status', status: 307, headers: { location: other.origin + path } }
            : undefined,
      },
    });
    const submitting = predicted(jobsAt(server, api), promptsOf(texts(2)));
    await expect(submitting).rejects.toMatchObject({ failure: { kind: 'fatal', code: 'not_found' } });
    expect(server.jobs.calls).toHaveLength(1);
    expect(other.jobs.calls).toEqual([]);
    expect(await spools()).toEqual([]);
  });

  it('never show the key', async () => {
    const { server } = await jobServer({
      jobs: {
        callFault: ({ operation }) =>
          operation === 'createJob'
            ? { kind: 'status', status: 400, body: { error: { message: `bad ${KEY}` } } }
            : undefined,
      },
    });
    const submitting = predicted(jobsAt(server, api), promptsOf(texts(1)), FAST);
    await expect(submitting).rejects.toThrow(/bad \[secret\]/);
  });
});
