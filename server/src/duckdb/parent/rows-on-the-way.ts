import type { EngineProgress, Watch } from '../../core/ports/engine.ts';

/** Progress of an order that writes: the rows of the parts that are written, or those that have come out of the pipe, where they are more. */
export class RowsOnTheWay {
  readonly #onProgress: Watch['onProgress'];
  #told: EngineProgress | null = null;
  #come = 0;

  constructor({ onProgress }: Watch) {
    this.#onProgress = onProgress;
  }

  /** What the child says. */
  told(progress: EngineProgress): void {
    this.#told = progress;
    this.#show();
  }

  /** So many more have come. Line breaks within values may be among them. */
  come(rows: number): void {
    this.#come += rows;
    if (rows > 0) this.#show();
  }

  #show(): void {
    if (this.#told === null) return;
    const { rowsWritten, rowsTotal } = this.#told;
    // Where nobody has counted them there are few, and they are told when they are written.
    const most = rowsTotal ?? rowsWritten;
    this.#onProgress?.({ ...this.#told, rowsWritten: Math.max(rowsWritten, Math.min(this.#come, most)) });
  }
}
