import type { Locator, Page } from 'playwright-core';

/** A row that is drawn: its number, its text, and what stands at its end. */
export type SeenRow = readonly [number: string, text: string, mark: string];

/** What a reader does with the page, and sees of it. */
export class ReviewsPage {
  readonly page: Page;

  constructor(page: Page) {
    this.page = page;
  }

  async upload(name: string, text: string): Promise<void> {
    const file = { name, mimeType: 'text/plain', buffer: Buffer.from(text) };
    await this.page.getByLabel('Drop a CSV or JSONL file').setInputFiles(file);
  }

  async set(slider: string, value: number): Promise<void> {
    await this.page.getByRole('slider', { name: slider }).fill(String(value));
  }

  button(name: string | RegExp): Locator {
    return this.page.getByRole('button', { name });
  }

  /** Resolves when the run is over, and says so. */
  async ended(phase: 'Finished.' | 'Stopped.' | 'The run has ended.'): Promise<void> {
    await this.page.getByRole('region', { name: 'Run' }).getByText(phase).waitFor();
  }

  /** A figure of the totals, with what stands below it. */
  async figure(name: string): Promise<readonly [figure: string, below: string]> {
    const figures = this.page.locator('dl > div').filter({ has: this.page.locator('dt', { hasText: name }) });
    const [figure = '', below = ''] = await figures.locator('dd').allInnerTexts();
    return [figure, below];
  }

  get rows(): Locator {
    return this.page.locator('cdk-virtual-scroll-viewport [role=row]');
  }

  marked(mark: string): Locator {
    return this.rows.filter({ has: this.page.getByText(mark, { exact: true }) });
  }

  async seenRows(): Promise<readonly SeenRow[]> {
    return this.rows.evaluateAll((rows) =>
      rows.map((row): SeenRow => {
        const [number, text, mark] = Array.from(row.querySelectorAll('[role=cell]'), (cell) => cell.textContent.trim());
        return [number ?? '', text ?? '', mark ?? ''];
      }),
    );
  }

  bytesRead(): Promise<number> {
    return this.page.evaluate(() => window.bytesRead);
  }
}
