import { defineConfig } from 'vitest/config';

/** Draws the pictures of the guides; no part of `npm test`. */
export default defineConfig({ test: { include: ['test/angular/screenshots.ts'], testTimeout: 60_000 } });
