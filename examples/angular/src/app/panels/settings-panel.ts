import { ChangeDetectionStrategy, Component, model } from '@angular/core';
import type { Settings } from '../prediction/model';

interface Slider {
  readonly name: keyof Settings;
  readonly label: string;
  readonly unit: string;
  readonly min: number;
  readonly max: number;
  readonly step: number;
}

const SLIDERS: readonly Slider[] = [
  { name: 'batchSize', label: 'Reviews a call', unit: '', min: 1, max: 50, step: 1 },
  { name: 'waitMs', label: 'Wait for a full batch', unit: ' ms', min: 0, max: 2000, step: 50 },
  { name: 'concurrency', label: 'Calls at a time', unit: '', min: 1, max: 16, step: 1 },
];

@Component({
  selector: 'app-settings-panel',
  changeDetection: ChangeDetectionStrategy.OnPush,
  host: { class: 'panel' },
  template: `
    <h2>Calls</h2>
    @for (slider of sliders; track slider.name) {
      <div class="slider">
        <label [for]="slider.name">{{ slider.label }}</label>
        <output [for]="slider.name">{{ settings()[slider.name] }}{{ slider.unit }}</output>
        <input
          #input
          type="range"
          [id]="slider.name"
          [min]="slider.min"
          [max]="slider.max"
          [step]="slider.step"
          [value]="settings()[slider.name]"
          [attr.aria-valuetext]="settings()[slider.name] + slider.unit"
          (input)="set(slider.name, input.valueAsNumber)"
        />
      </div>
    }
    <p class="quiet">For the next run.</p>
  `,
  styles: `
    :host {
      display: grid;
      gap: 14px;
    }
    .slider {
      display: grid;
      grid-template-columns: 1fr auto;
      gap: 4px 8px;
    }
    output {
      color: var(--quiet);
    }
    input {
      grid-column: 1 / -1;
      width: 100%;
      margin: 0;
      accent-color: var(--accent);
    }
  `,
})
export class SettingsPanel {
  readonly settings = model.required<Settings>();
  protected readonly sliders = SLIDERS;

  protected set(name: keyof Settings, value: number): void {
    this.settings.update((settings) => ({ ...settings, [name]: value }));
  }
}
