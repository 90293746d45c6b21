import { expect, test } from 'vitest';
import { firstOutcome } from '../../bench/first-result.js';
import { createStandInServer } from '../../src/testing/server.js';

test('bench first-result: the first outcome comes although the rest of the reply never does', async () => {
  const server = await createStandInServer({
    apiKey: null,
    timeScale: 0,
    fault: () => ({ kind: 'stall', characters: 100 }),
  });
  try {
    expect(await firstOutcome(server.url, true)).toMatchObject({ index: 0, error: null });
  } finally {
    await server.close();
  }
});
