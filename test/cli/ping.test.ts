import { describe, expect, it } from 'vitest';
import type { Fault, StandInOptions, StandInServer } from '../../src/testing/server.js';
import { standIn } from '../testing/chat.js';
import { modelBy, PROVIDERS, runCli, workplace } from './cli.js';

const PRICES = { 'price.input.per.million': '0.4', 'price.output.per.million': '1.6' };

/** What hangs is given up soon; what answers may take its time on a slow machine. */
const BRIEF = { 'request.timeout.ms': '2000' };

interface Pinged {
  readonly provider: string;
  readonly model: string;
  readonly status: number | null;
  readonly milliseconds: number | null;
  readonly tokens: { readonly input: number; readonly cachedInput: number; readonly output: number };
  readonly tokensAreEstimate: boolean;
  readonly cost: number | null;
  readonly value: unknown;
  readonly error: null | { readonly code: string; readonly message: string };
}

interface PingResult {
  readonly status: number | null;
  readonly stderr: string;
  readonly ping: Pinged;
}

/** What `models check --ping --json` says of a model. */
async function pinged(provider: string, server: StandInServer, options: object = {}): Promise<PingResult> {
  const place = await workplace({ ...modelBy(provider, server), ...options }, '');
  const { status, stdout, stderr } = await runCli({ args: place.check('--ping', '--json') });
  return { status, stderr, ping: (JSON.parse(stdout) as { readonly ping: Pinged }).ping };
}

describe.each(PROVIDERS)('--ping by provider %s', (provider) => {
  it('makes one call, and says what came back', async () => {
    const server = await standIn();

    const { status, stderr, ping } = await pinged(provider, server, PRICES);

    const { requests, records, inputTokens: input, outputTokens: output } = server.stats();
    expect({ requests, records }).toEqual({ requests: 1, records: 1 });
    expect([status, stderr]).toEqual([0, '']);
    expect(ping).toEqual({
      provider,
      model: 'any',
      status: 200,
      milliseconds: expect.any(Number) as number,
      tokens: { input, cachedInput: 0, output },
      tokensAreEstimate: false,
      cost: expect.closeTo((input * 0.4 + output * 1.6) / 1e6, 12) as number,
      value: 'positive',
      error: null,
    });
  });

  it.each<[Fault | StandInOptions, number | null, string, string]>([
    [{ apiKey: 'another' }, 401, 'unauthorized', 'check api.key'],
    [{ models: ['gpt-4.1-mini'] }, 404, 'not_found', 'check model and base.url'],
    [{ kind: 'status', status: 503 }, 503, 'server_error', 'try again later, and check base.url'],
    [{ kind: 'status', status: 429 }, 429, 'rate_limited', 'try again later, or set rate.requests.per.minute'],
    [{ kind: 'reset' }, null, 'connection_error', 'check base.url, and that the server can be reached'],
    [{ kind: 'hang' }, null, 'request_timeout', 'try again later, check base.url, or raise request.timeout.ms'],
    [
      { answer: () => 'neutral' },
      200,
      'schema_mismatch',
      'check that system.prompt asks for what response.schema takes',
    ],
    [{ kind: 'reply', rewrite: () => 'I see.' }, 200, 'reply_unreadable', 'check system.prompt'],
    [{ kind: 'finish', reason: 'length', characters: 3 }, 200, 'length_stop', 'raise max.output.tokens'],
  ])('makes one call also if it fails, and says what to do: %j', async (wrong, answered, code, advice) => {
    const server = await standIn('kind' in wrong ? { fault: () => wrong } : wrong);

    const { status, stderr, ping } = await pinged(provider, server, code === 'request_timeout' ? BRIEF : {});

    expect(server.stats().requests).toBe(1);
    expect(status).toBe(2);
    expect(ping).toMatchObject({ status: answered, value: null, error: { code } });
    expect(ping.error?.message).toContain(`: ${advice}`);
    expect(ping.error?.message.endsWith(` (${code})`)).toBe(true);
    expect(stderr).toBe(`rxjs-llm: ${ping.error?.message ?? ''}\n`);
  });
});

describe('--ping', () => {
  it('says for people what came back, under the table', async () => {
    const server = await standIn();
    const place = await workplace({ ...modelBy('http', server), ...PRICES }, '');

    const { stdout } = await runCli({ args: place.check('--ping') });

    expect(stdout).toMatch(
      new RegExp(
        [
          'ping: one record, one call',
          ' {2}provider {2}http',
          ' {2}model {5}any',
          ' {2}status {4}200',
          ' {2}time {6}[\\d,]+ ms',
          ' {2}tokens {4}\\d+ in \\(0 cached\\), \\d+ out',
          ' {2}cost {6}0\\.\\d+',
          ' {2}value {5}positive\n$',
        ].join('\n'),
      ),
    );
  });

  it('says for people what failed', async () => {
    const server = await standIn({ apiKey: 'another' });
    const place = await workplace(modelBy('http', server), '');

    const { status, stdout, stderr } = await runCli({ args: place.check('--ping') });

    expect(status).toBe(2);
    expect(stdout).toMatch(/\n {2}status {4}401\n/);
    expect(stdout).toMatch(/\n {2}error {5}the provider answered 401: .*: check api\.key \(unauthorized\)\n$/);
    expect(stderr).toMatch(/^rxjs-llm: the provider answered 401: .*: check api\.key \(unauthorized\)\n$/);
  });

  it('asks whatever a record is, and keeps to the bounds of the model', async () => {
    const server = await standIn();
    expect((await pinged('http', server, { 'record.content': '{{title}}: {{body}}', 'batch.size': 20 })).status).toBe(
      0,
    );
    const broke = await pinged('http', server, { ...PRICES, 'budget.max.cost': '0' });
    expect(broke).toMatchObject({
      status: 2,
      ping: { status: null, milliseconds: null, error: { code: 'budget_exhausted' } },
    });
    expect(broke.stderr).toContain('raise budget.max.cost');
    expect(server.stats().requests).toBe(1);
  });

  it('says so if the server does not answer at all', async () => {
    const server = await standIn();
    await server.close();

    const { status, ping } = await pinged('openai', server);

    expect(status).toBe(2);
    expect(ping).toMatchObject({ status: null, error: { code: 'connection_error' } });
  });
});
