/** What a case of the benchmark gives: figures, each beside its reference of the same run, and what is wanted of it. */

/** Of several rounds. */
export interface Measured {
  readonly median: number;
  readonly low: number;
  readonly high: number;
}

export type Unit = 's' | 'ms' | 'MB/s' | 's/GB' | '/s' | 'MiB' | 'KiB' | '×' | 'exponent' | 'calls' | '%';

/** A limit of the figure itself, or of its ratio to the reference. */
export interface Goal {
  readonly of: 'value' | 'ratio';
  readonly is: 'at most' | 'at least' | 'more than' | 'less than';
  readonly limit: number;
}

export interface Row {
  /** What was measured. */
  readonly subject: string;
  readonly unit: Unit;
  readonly value: Measured;
  readonly reference: { readonly name: string; readonly value: Measured } | null;
  /** Of the pairs: each figure over the reference's of the same round. */
  readonly ratio: Measured | null;
  readonly rounds: number;
  readonly goal: Goal | null;
}

export interface Figures {
  readonly rows: readonly Row[];
  /** The largest sum of the server's processes, its engine's and its database's (PSS); null where the case starts no server. */
  readonly peakBytes: number | null;
  /** What could not be measured, and why. */
  readonly skipped: readonly string[];
}

export interface How {
  /** Small, and only to show that the case works. */
  readonly quick: boolean;
}

export interface BenchCase {
  /** On the command line, and of its file. */
  readonly name: string;
  readonly title: string;
  /** What is measured, what the reference is, and how both were run: one paragraph of the page. */
  readonly about: string;
  run(how: How): Promise<Figures>;
}

export function measured(values: readonly number[]): Measured {
  const sorted = values.toSorted((left, right) => left - right);
  const middle = sorted.length / 2;
  const [low, high] = [sorted[0], sorted.at(-1)];
  const median = ((sorted[Math.ceil(middle) - 1] ?? Number.NaN) + (sorted[Math.floor(middle)] ?? Number.NaN)) / 2;
  if (low === undefined || high === undefined || !sorted.every(Number.isFinite)) {
    throw new Error(`no figure: ${values.join(', ') || 'nothing was measured'}`);
  }
  return { median, low, high };
}

interface Subject {
  readonly subject: string;
  readonly unit: Unit;
  readonly goal?: Goal;
}

/** A figure by itself. */
export function alone({ subject, unit, goal = undefined }: Subject, values: readonly number[]): Row {
  const value = measured(values);
  return { subject, unit, value, reference: null, ratio: null, rounds: values.length, goal: goal ?? null };
}

/** A figure beside its reference: the same number of rounds of each, taken in turns. */
export function beside(
  { subject, unit, goal = undefined }: Subject,
  ours: readonly number[],
  reference: { readonly name: string; readonly values: readonly number[] },
): Row {
  const { name, values } = reference;
  if (values.length !== ours.length) throw new Error(`${subject} was not measured as often as ${name}`);
  return {
    subject,
    unit,
    value: measured(ours),
    reference: { name, value: measured(values) },
    ratio: measured(ours.map((each, round) => each / (values[round] ?? Number.NaN))),
    rounds: ours.length,
    goal: goal ?? null,
  };
}
