/** Where values stand on an axis. */

const STEPS = [1, 2, 2.5, 5, 10] as const;
const TEN = 10;

/** A step of which about so many lie in the span, easy to read. */
function niceStep(span: number, about: number): number {
  const rough = span / about;
  const power = TEN ** Math.floor(Math.log10(rough));
  return power * (STEPS.find((step) => step * power >= rough) ?? TEN);
}

export interface Axis {
  readonly low: number;
  readonly high: number;
  /** From `low` to `high`. */
  readonly ticks: readonly number[];
}

const ABOUT_TICKS = 5;
/** From here on, an axis that began at zero would waste its lower part. */
const FAR_FROM_ZERO = 0.5;

/** Around the values; from zero on where they lie near it. */
export function axisOf(values: readonly number[]): Axis {
  const least = values.length === 0 ? 0 : Math.min(...values);
  const greatest = values.length === 0 ? 1 : Math.max(...values);
  const from = least >= 0 && least < greatest * FAR_FROM_ZERO ? 0 : least;
  const span = greatest - from;
  const step = niceStep(span > 0 ? span : Math.abs(greatest) || 1, ABOUT_TICKS);
  const low = Math.floor(from / step) * step;
  const high = Math.max(Math.ceil(greatest / step) * step, low + step);
  const ticks = Array.from({ length: Math.round((high - low) / step) + 1 }, (_, index) =>
    Number((low + index * step).toPrecision(12)),
  );
  return { low, high, ticks };
}

/** From a value to its place between two others. */
export function scaleTo(
  { low, high }: Pick<Axis, 'low' | 'high'>,
  from: number,
  to: number,
): (value: number) => number {
  return (value) => from + ((value - low) / (high - low)) * (to - from);
}

/** So many of the places 0 … count−1, evenly spread, both ends among them. */
export function spreadIndexes(count: number, most: number): readonly number[] {
  if (count <= most) return Array.from({ length: count }, (_, index) => index);
  return Array.from({ length: most }, (_, index) => Math.round((index * (count - 1)) / (most - 1)));
}
