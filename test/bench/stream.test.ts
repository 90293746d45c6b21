import { describe, expect, test } from 'vitest';
import { replyOf } from '../../bench/batch-task.js';
import { piecesOf, readings } from '../../bench/stream.js';

describe('bench stream', () => {
  test.each(Object.entries(readings))('%s finds all entries, however the reply is cut', (_, read) => {
    const reply = replyOf(20, 'Fits "well", \\ and lasts.');

    expect([1, 8, 1000].map((size) => read(piecesOf(reply, size), 20))).toEqual([20, 20, 20]);
  });

  test('the pieces are the reply', () => {
    const reply = replyOf(20);

    expect(piecesOf(reply).join('')).toBe(reply);
    expect(Math.max(...piecesOf(reply).map(({ length }) => length))).toBe(8);
  });
});
