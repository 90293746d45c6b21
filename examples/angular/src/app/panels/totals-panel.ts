import { DecimalPipe } from '@angular/common';
import { ChangeDetectionStrategy, Component, computed, input } from '@angular/core';
import type { Counts } from '../prediction/table';
import type { Spent } from '../prediction/totals';

/** What there is, what it took, and what one call a review would have taken. */
@Component({
  selector: 'app-totals-panel',
  changeDetection: ChangeDetectionStrategy.OnPush,
  imports: [DecimalPipe],
  template: `
    <dl>
      <div class="panel">
        <dt>Results</dt>
        <dd class="figure">{{ results() | number }}</dd>
        <dd class="quiet">{{ counts().waiting | number }} waiting, {{ counts().failed | number }} failed</dd>
      </div>
      <div class="panel">
        <dt>Calls</dt>
        <dd class="figure">{{ spent().calls | number }}</dd>
        <dd class="quiet">alone {{ alone().calls | number }}</dd>
      </div>
      <div class="panel">
        <dt>Tokens</dt>
        <dd class="figure">{{ tokens(spent()) | number }}</dd>
        <dd class="quiet">alone ≈ {{ tokens(alone()) | number }}</dd>
      </div>
      <div class="panel">
        <dt>Cost, USD</dt>
        <dd class="figure">{{ spent().cost | number: '1.4-4' }}</dd>
        <dd class="quiet">alone ≈ {{ alone().cost | number: '1.4-4' }}</dd>
      </div>
    </dl>
  `,
  styles: `
    dl {
      display: grid;
      grid-template-columns: repeat(auto-fit, minmax(140px, 1fr));
      gap: 12px;
    }
    dt {
      font-size: 13px;
      font-weight: 600;
      color: var(--quiet);
    }
    .figure {
      font-size: 24px;
      font-weight: 600;
      line-height: 1.3;
    }
  `,
})
export class TotalsPanel {
  readonly counts = input.required<Counts>();
  readonly spent = input.required<Spent>();
  readonly alone = input.required<Spent>();

  protected readonly results = computed(() => this.counts().positive + this.counts().negative);

  protected tokens({ inputTokens, outputTokens }: Spent): number {
    return inputTokens + outputTokens;
  }
}
