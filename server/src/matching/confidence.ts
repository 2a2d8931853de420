import type { Comparison } from './compare.ts';

export function confidenceOf({ cost, weak }: Pick<Comparison, 'cost' | 'weak'>, ties: number): number {
  const one = Math.max(0.5, 0.999 - cost * 0.01) * (weak ? 0.6 : 1);
  return Math.round((one / ties) * 1000) / 1000;
}
