/** Builds the documentation's site into `site/out`, from the README, `docs` and the sources. */
import { fileURLToPath } from 'node:url';
import { build } from 'vitepress';
import { assembleSite } from './pages/site.js';

const site = fileURLToPath(new URL('../site', import.meta.url));

await assembleSite(`${site}/pages`);
await build(site);
