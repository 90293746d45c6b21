import { ChangeDetectionStrategy, Component, output, signal } from '@angular/core';

/** Where reviews come from: a file that is dropped or chosen, or the ticker. */
@Component({
  selector: 'app-source-panel',
  changeDetection: ChangeDetectionStrategy.OnPush,
  host: { class: 'panel' },
  template: `
    <h2>Source</h2>
    <label
      class="drop"
      [class.over]="isOver()"
      (dragover)="over($event)"
      (dragleave)="isOver.set(false)"
      (drop)="drop($event)"
    >
      <input #input type="file" accept=".csv,.jsonl" (change)="choose(input)" />
      <span class="call">Drop a CSV or JSONL file</span>
      <span class="quiet">or choose one; it stays in this page but for its texts</span>
    </label>
    <button type="button" (click)="ticker.emit()">Start the ticker</button>
  `,
  styles: `
    :host {
      display: grid;
      gap: 12px;
    }
    .drop {
      position: relative;
      display: grid;
      gap: 2px;
      padding: 22px 16px;
      border: 1.5px dashed var(--line);
      border-radius: 8px;
      text-align: center;
      cursor: pointer;
    }
    .drop:hover,
    .over {
      border-color: var(--accent);
      background: var(--accent-soft);
    }
    .drop:focus-within {
      outline: 2px solid var(--accent);
      outline-offset: 2px;
    }
    .call {
      font-weight: 600;
    }
    /* There for the keyboard and for screen readers; the label is what is seen. */
    input {
      position: absolute;
      inset: 0;
      opacity: 0;
      cursor: pointer;
    }
  `,
})
export class SourcePanel {
  readonly file = output<File>();
  readonly ticker = output();
  protected readonly isOver = signal(false);

  protected choose(input: HTMLInputElement): void {
    this.#take(input.files);
    // The same file may be chosen again.
    input.value = '';
  }

  protected over(event: DragEvent): void {
    event.preventDefault();
    this.isOver.set(true);
  }

  protected drop(event: DragEvent): void {
    event.preventDefault();
    this.isOver.set(false);
    this.#take(event.dataTransfer?.files ?? null);
  }

  #take(files: FileList | null): void {
    const file = files?.item(0);
    if (file) this.file.emit(file);
  }
}
