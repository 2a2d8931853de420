/** Data on standard output, everything else on standard error. */
import { Stages } from './stages.ts';
import { isInteractive, type Styles, stylesFor } from './styles.ts';
import { formatTable, relativeTime } from './table.ts';
import type { OutputStream, World } from './world.ts';

/**
 * A value as one line to every reader: of the characters that JSON leaves raw, Python's `splitlines` and several clients break lines at these.
 */
export function jsonLine(value: unknown): string {
  const escaped = (character: string) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
  return JSON.stringify(value).replace(/[\u2028\u2029\u0085]/g, escaped);
}

/** `2 minutes ago`, or the instant itself; `-` for none. */
export type Instant = (instant: string | null | undefined) => string;

export class Output {
  readonly json: boolean;
  /** For what goes to standard error. */
  readonly styles: Styles;
  readonly stages: Stages;
  /** An instant in a table: at a terminal how long ago it was, elsewhere, and in the first place for programs, as it is. */
  readonly instant: Instant;
  readonly #stdout: OutputStream;
  readonly #stderr: OutputStream;

  constructor({ stdout, stderr, env }: Pick<World, 'stdout' | 'stderr' | 'env'>, json: boolean) {
    this.json = json;
    this.#stdout = stdout;
    this.#stderr = stderr;
    this.styles = stylesFor(stderr, env);
    this.instant = stdout.isTTY === true ? (instant) => relativeTime(instant, Date.now()) : (instant) => instant ?? '-';
    this.stages = new Stages(stderr, this.styles, isInteractive(stderr, env));
  }

  /** The command's result: one line of JSON with `--json`, else `lines`. */
  data(value: unknown, lines: string): void {
    const text = this.json ? jsonLine(value) : lines;
    if (text !== '') this.#stdout.write(`${text}\n`);
  }

  /** A result with one item: its fields, one per line. */
  fields(value: Readonly<Record<string, string | number | null>>): void {
    const rows = Object.entries(value).map(([name, field]) => [name, String(field ?? '-')]);
    this.data(value, formatTable(rows));
  }

  say(line = ''): void {
    this.#stderr.write(`${line}\n`);
  }

  /** What went wrong, then what to do. */
  fail(message: string, hints: readonly string[] = []): void {
    this.say(`${this.styles.red('error:')} ${message}`);
    for (const hint of hints) this.say(`  ${this.styles.dim(hint)}`);
  }
}
