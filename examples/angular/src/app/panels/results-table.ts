import { CdkFixedSizeVirtualScroll, CdkVirtualForOf, CdkVirtualScrollViewport } from '@angular/cdk/scrolling';
import { ChangeDetectionStrategy, Component, computed, input, signal } from '@angular/core';
import type { Row } from '../prediction/table';

/** All rows, of which only those are drawn that are seen. */
@Component({
  selector: 'app-results-table',
  changeDetection: ChangeDetectionStrategy.OnPush,
  imports: [CdkVirtualScrollViewport, CdkFixedSizeVirtualScroll, CdkVirtualForOf],
  host: { class: 'panel' },
  templateUrl: './results-table.html',
  styleUrl: './results-table.css',
})
export class ResultsTable {
  readonly rows = input.required<readonly Row[]>();

  protected readonly onlyFailed = signal(false);
  protected readonly shown = computed(() =>
    this.onlyFailed() ? this.rows().filter(({ status }) => status === 'failed') : this.rows(),
  );

  protected positionOf(_: number, { review }: Row): number {
    return review.position;
  }
}
