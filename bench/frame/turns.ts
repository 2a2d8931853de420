/** Rounds of several subjects, taken in turns, so that a drift of the machine affects all of them. */

const MS_PER_SECOND = 1000;

export type Subjects<Name extends string> = Readonly<Record<Name, () => Promise<number>>>;

/** What each subject gave in each round. Every other round goes backwards: none is always measured right after the same other one. */
export async function takeTurns<Name extends string>(
  rounds: number,
  subjects: Subjects<Name>,
): Promise<Readonly<Record<Name, readonly number[]>>> {
  const names = Object.keys(subjects) as Name[];
  const taken = Object.fromEntries(names.map((name): [string, number[]] => [name, []])) as Record<Name, number[]>;
  for (let round = 0; round < rounds; round++) {
    const order = round % 2 === 0 ? names : names.toReversed();
    for (const name of order) taken[name].push(await subjects[name]());
  }
  return taken;
}

export async function seconds(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await work();
  return (performance.now() - start) / MS_PER_SECOND;
}

/** The exponent of a power law through the points: the slope of the least squares line through their logarithms. */
export function exponent(points: readonly (readonly [size: number, cost: number])[]): number {
  const logs = points.map(([size, cost]) => [Math.log(size), Math.log(cost)] as const);
  const mean = (of: 0 | 1) => logs.reduce((sum, point) => sum + point[of], 0) / logs.length;
  const [x, y] = [mean(0), mean(1)];
  const covariance = logs.reduce((sum, point) => sum + (point[0] - x) * (point[1] - y), 0);
  return covariance / logs.reduce((sum, point) => sum + (point[0] - x) ** 2, 0);
}
