import { LiveAnnouncer } from '@angular/cdk/a11y';
import { ChangeDetectionStrategy, Component, computed, inject } from '@angular/core';
import { takeUntilDestroyed, toObservable } from '@angular/core/rxjs-interop';
import { distinctUntilChanged, map } from 'rxjs';
import { ResultsChart } from './panels/results-chart';
import { ResultsTable } from './panels/results-table';
import { SettingsPanel } from './panels/settings-panel';
import { SourcePanel } from './panels/source-panel';
import { TotalsPanel } from './panels/totals-panel';
import { PredictionService } from './prediction/prediction.service';
import { readFile } from './records/read-file';
import { ticker } from './records/ticker';

const PHASES = {
  idle: 'Nothing has been asked yet.',
  running: 'The model answers.',
  finished: 'Finished.',
  stopped: 'Stopped.',
  broken: 'The run has ended.',
};

@Component({
  selector: 'app-root',
  changeDetection: ChangeDetectionStrategy.OnPush,
  imports: [ResultsChart, ResultsTable, SettingsPanel, SourcePanel, TotalsPanel],
  templateUrl: './app.html',
  styleUrl: './app.css',
})
export class App {
  protected readonly prediction = inject(PredictionService);
  protected readonly state = this.prediction.state;
  protected readonly phase = computed(() => PHASES[this.state().phase]);

  constructor() {
    const announcer = inject(LiveAnnouncer);
    // A screen reader hears how a run has begun and ended, and not each row.
    toObservable(this.state)
      .pipe(
        map(({ phase, problem, table: { counts } }) =>
          phase === 'running' || phase === 'idle'
            ? PHASES[phase]
            : `${PHASES[phase]} ${problem} ${counts.positive + counts.negative} results, ${counts.failed} failed.`,
        ),
        distinctUntilChanged(),
        takeUntilDestroyed(),
      )
      .subscribe((text) => void announcer.announce(text));
  }

  protected open(file: File): void {
    this.prediction.start({ kind: 'file', open: () => readFile(file) });
  }

  protected tick(): void {
    this.prediction.start({ kind: 'ticker', reviews$: ticker() });
  }
}
