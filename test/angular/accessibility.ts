import axe, { type AxeResults } from 'axe-core';
import type { Page } from 'playwright-core';

/** What axe finds in the page as it is now: how bad, which rule, and the first element. */
export async function violationsIn(page: Page): Promise<readonly string[]> {
  await page.evaluate(axe.source);
  const { violations } = await page.evaluate(() => (window as unknown as Audited).axe.run());
  return violations.map(({ id, impact, nodes }) => `${impact ?? 'minor'}: ${id}: ${nodes[0]?.html ?? ''}`);
}

interface Audited {
  readonly axe: { run(): Promise<AxeResults> };
}
