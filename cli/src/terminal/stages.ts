/** Work in stages, each with its time: a line that fills up on a terminal, plain lines elsewhere. */
import { type Options, type Params, SingleBar } from 'cli-progress';
import type { Styles } from './styles.ts';
import { formatSeconds } from './table.ts';
import type { OutputStream } from './world.ts';

export interface Stage {
  /** How far it is; the total is null if it cannot be known. */
  progress(done: number, total: number | null, note?: string): void;
  /** What is shown beside the title once the stage is done. */
  result(text: string): void;
  /** Like `result`, for a stage that ended early and is neither done nor failed. */
  cutShort(text: string): void;
}

const BAR_WIDTH = 24;
const TITLE_WIDTH = 34;
const FRAMES_PER_SECOND = 10;
/** 100 is for a stage that is done: one that works may still have to seal or verify. */
const HIGHEST_UNFINISHED_PERCENT = 99;
/** Where lines cannot be redrawn: often enough to show signs of life, rarely enough for a log. */
const PLAIN_INTERVAL_MS = 5_000;

export class Stages {
  readonly #stream: OutputStream;
  readonly #styles: Styles;
  readonly #interactive: boolean;

  constructor(stream: OutputStream, styles: Styles, interactive: boolean) {
    this.#stream = stream;
    this.#styles = styles;
    this.#interactive = interactive;
  }

  /** Runs the work under a title. A failure is marked and rethrown. */
  async run<Result>(title: string, work: (stage: Stage) => Promise<Result>): Promise<Result> {
    const startedAt = performance.now();
    const line = this.#interactive
      ? new BarLine(this.#stream, this.#styles, title)
      : new PlainLines(this.#stream, title);
    let detail = '';
    let sign = this.#styles.green('✓');
    try {
      const result = await work({
        progress: (done, total, note = '') => line.update(done, total, note),
        result: (text) => {
          detail = text;
        },
        cutShort: (text) => {
          detail = text;
          sign = this.#styles.dim('–');
        },
      });
      line.stop();
      this.#mark(sign, title, detail, startedAt);
      return result;
    } catch (error) {
      line.stop();
      this.#mark(this.#styles.red('✗'), title, '', startedAt);
      throw error;
    }
  }

  #mark(sign: string, title: string, detail: string, startedAt: number): void {
    const time = this.#styles.dim(formatSeconds(performance.now() - startedAt).padStart(8));
    this.#stream.write(`${sign} ${title.padEnd(TITLE_WIDTH)} ${time}${detail === '' ? '' : `  ${detail}`}\n`);
  }
}

interface Line {
  update(done: number, total: number | null, note: string): void;
  stop(): void;
}

class BarLine implements Line {
  readonly #bar: SingleBar;

  constructor(stream: OutputStream, styles: Styles, title: string) {
    this.#bar = new SingleBar({
      stream,
      format: (_options: Options, params: Params, payload: { note: string }) =>
        drawBar(styles, title, params, payload.note),
      fps: FRAMES_PER_SECOND,
      // The time beside the bar moves even while the bar stands still.
      forceRedraw: true,
      hideCursor: true,
      clearOnComplete: true,
      // Signals belong to the program, which then ends the stage and with it the bar.
      gracefulExit: false,
      emptyOnZero: true,
    });
    this.#bar.start(0, 0, { note: '' });
  }

  update(done: number, total: number | null, note: string): void {
    this.#bar.setTotal(total ?? 0);
    this.#bar.update(done, { note });
  }

  stop(): void {
    this.#bar.stop();
  }
}

function percentOf(done: number, total: number): number {
  return Math.min(HIGHEST_UNFINISHED_PERCENT, Math.floor((done / total) * 100));
}

function drawBar({ cyan, dim }: Styles, title: string, { value, total, startTime }: Params, note: string): string {
  const time = dim(formatSeconds(Date.now() - startTime).padStart(8));
  const head = `${cyan('›')} ${title.padEnd(TITLE_WIDTH)} ${time}`;
  if (total <= 0) return note === '' ? head : `${head}  ${note}`;
  const share = Math.min(1, value / total);
  const filled = Math.floor(share * BAR_WIDTH);
  const bar = cyan('█'.repeat(filled)) + dim('░'.repeat(BAR_WIDTH - filled));
  return `${head}  ${bar} ${String(percentOf(value, total)).padStart(3)} %  ${note}`;
}

class PlainLines implements Line {
  readonly #stream: OutputStream;
  readonly #title: string;
  #toldAt = performance.now();

  constructor(stream: OutputStream, title: string) {
    this.#stream = stream;
    this.#title = title;
  }

  update(done: number, total: number | null, note: string): void {
    const now = performance.now();
    if (now - this.#toldAt < PLAIN_INTERVAL_MS) return;
    this.#toldAt = now;
    const share = total === null || total === 0 ? '' : ` ${percentOf(done, total)} %`;
    this.#stream.write(`  ${this.#title}:${share}${note === '' ? '' : ` ${note}`}\n`);
  }

  stop(): void {
    // Every line is complete by itself.
  }
}
