import { DecimalPipe } from '@angular/common';
import { ChangeDetectionStrategy, Component, computed, input } from '@angular/core';
import type { Moment } from '../prediction/state';

const WIDTH = 600;
const HEIGHT = 80;
const SERIES = ['positive', 'negative', 'failed'] as const;

/** Results over time, a line for each kind. */
@Component({
  selector: 'app-results-chart',
  changeDetection: ChangeDetectionStrategy.OnPush,
  imports: [DecimalPipe],
  host: { class: 'panel' },
  template: `
    <div class="head">
      <h2>Results over time</h2>
      @for (line of lines(); track line.name) {
        <span class="key"><i [class]="line.name"></i>{{ line.name }} {{ line.last | number }}</span>
      }
    </div>
    <svg [attr.viewBox]="box" preserveAspectRatio="none" role="img" [attr.aria-label]="summary()">
      @for (line of lines(); track line.name) {
        <polyline [class]="line.name" [attr.points]="line.points" />
      }
    </svg>
    <div class="axis quiet">
      <span>0 s</span><span>{{ seconds() | number: '1.1-1' }} s</span>
    </div>
  `,
  styles: `
    .head {
      display: flex;
      flex-wrap: wrap;
      gap: 4px 16px;
      align-items: baseline;
      margin-bottom: 10px;
    }
    h2 {
      margin-right: auto;
    }
    .key {
      display: flex;
      gap: 6px;
      align-items: center;
      font-size: 13px;
    }
    i {
      width: 10px;
      height: 3px;
      border-radius: 2px;
      background: currentColor;
    }
    svg {
      display: block;
      width: 100%;
      height: 80px;
      border-bottom: 1px solid var(--line);
      overflow: visible;
    }
    polyline {
      fill: none;
      stroke: currentColor;
      stroke-width: 2;
      stroke-linejoin: round;
      vector-effect: non-scaling-stroke;
    }
    .positive {
      color: var(--positive);
    }
    .negative {
      color: var(--negative);
    }
    .failed {
      color: var(--failed);
    }
    .axis {
      display: flex;
      justify-content: space-between;
      margin-top: 4px;
    }
  `,
})
export class ResultsChart {
  readonly timeline = input.required<readonly Moment[]>();

  protected readonly box = `0 0 ${WIDTH} ${HEIGHT}`;
  protected readonly seconds = computed(() => this.timeline().at(-1)?.seconds ?? 0);

  protected readonly lines = computed(() => {
    const timeline = this.timeline();
    const most = Math.max(1, ...timeline.flatMap((moment) => SERIES.map((name) => moment[name])));
    const x = ({ seconds }: Moment) => (WIDTH * seconds) / Math.max(0.001, this.seconds());
    return SERIES.map((name) => ({
      name,
      last: timeline.at(-1)?.[name] ?? 0,
      points: timeline
        .map((moment) => `${x(moment).toFixed(1)},${(HEIGHT - (HEIGHT * moment[name]) / most).toFixed(1)}`)
        .join(' '),
    }));
  });

  protected readonly summary = computed(() => {
    const counts = this.lines().map(({ name, last }) => `${last} ${name}`);
    return `After ${this.seconds().toFixed(1)} seconds: ${counts.join(', ')}`;
  });
}
