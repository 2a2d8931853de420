/** Figures of repeated runs. Medians and ratios are worth quoting; single times on a shared machine are not. */

export function quantile(sorted: readonly number[], share: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? Number.NaN;
}

export interface Spread {
  readonly p50: number;
  readonly p99: number;
}

export function spread(times: readonly number[]): Spread {
  const sorted = times.toSorted((left, right) => left - right);
  return { p50: quantile(sorted, 0.5), p99: quantile(sorted, 0.99) };
}

/** Milliseconds of each run. Runs of several subjects are taken in turns, so that a drift of the machine affects all of them. */
export async function inTurns(rounds: number, subjects: readonly (() => Promise<unknown>)[]): Promise<number[][]> {
  const times = subjects.map((): number[] => []);
  for (let round = 0; round < rounds; round++) {
    for (const [index, subject] of subjects.entries()) {
      const start = performance.now();
      await subject();
      times[index]?.push(performance.now() - start);
    }
  }
  return times;
}

export function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

export function milliseconds(value: number): string {
  return `${value.toFixed(1)} ms`;
}
