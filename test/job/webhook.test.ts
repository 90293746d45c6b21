import { createHmac } from 'node:crypto';
import OpenAI from 'openai';
import { describe, expect, it } from 'vitest';
import { openaiWake } from '../../src/job/openai/webhook.js';

const client = new OpenAI({ apiKey: 'k' });
const SECRET_BYTES = Buffer.from('a secret of a webhook');
const secret = `whsec_${SECRET_BYTES.toString('base64')}`;

/** A request as OpenAI signs it (standardwebhooks.com). */
function signed(event: object, at = Math.floor(Date.now() / 1000)) {
  const body = JSON.stringify(event);
  const signature = createHmac('sha256', SECRET_BYTES).update(`wh_1.${at}.${body}`).digest('base64');
  return {
    body,
    headers: { 'webhook-id': 'wh_1', 'webhook-timestamp': String(at), 'webhook-signature': `v1,${signature}` },
  };
}

describe('a webhook of OpenAI', () => {
  it.each(['completed', 'failed', 'expired', 'cancelled'])('wakes a job that is %s', async (end) => {
    const { body, headers } = signed({ type: `batch.${end}`, data: { id: 'batch_1' } });
    expect(await openaiWake(client, body, headers, { secret })).toEqual({ jobId: 'batch_1' });
    expect(await openaiWake(client, body, new Headers(headers), { secret })).toEqual({ jobId: 'batch_1' });
  });

  it('of another kind wakes nothing', async () => {
    const { body, headers } = signed({ type: 'response.completed', data: { id: 'resp_1' } });
    expect(await openaiWake(client, body, headers, { secret })).toBeNull();
  });

  it('that OpenAI did not sign is refused', async () => {
    const { body, headers } = signed({ type: 'batch.completed', data: { id: 'batch_1' } });
    await expect(openaiWake(client, body.replace('_1', '_2'), headers, { secret })).rejects.toThrow(/signature/i);
  });

  it('that is too old is refused', async () => {
    const { body, headers } = signed({ type: 'batch.completed', data: { id: 'batch_1' } }, 1_000_000);
    await expect(openaiWake(client, body, headers, { secret })).rejects.toThrow(/too old/i);
  });
});
