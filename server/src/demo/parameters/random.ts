/**
 * Seeded randomness that draws the same on every machine: xoshiro128** on 32-bit integers. Each thing that is made gets a stream of its
 * own, named by what it is, so that one more draw here, or one more property there, changes nothing elsewhere.
 */

const WORD = 2 ** 32;
const FNV_OFFSET = 0x811c9dc5;
const FNV_PRIME = 0x01000193;
const GOLDEN_GAMMA = 0x9e3779b9;

function rotateLeft(word: number, bits: number): number {
  return (word << bits) | (word >>> (32 - bits));
}

function hashText(text: string): number {
  let hash = FNV_OFFSET;
  for (let index = 0; index < text.length; index++) hash = Math.imul(hash ^ text.charCodeAt(index), FNV_PRIME);
  return hash >>> 0;
}

/** The finaliser of MurmurHash3: every bit of the result depends on every bit of the word. */
function mix(word: number): number {
  let mixed = word;
  mixed = Math.imul(mixed ^ (mixed >>> 16), 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  return (mixed ^ (mixed >>> 16)) >>> 0;
}

export class Random {
  #a: number;
  #b: number;
  #c: number;
  #d: number;

  /** The stream of that name: the same name, the same draws. */
  constructor(...name: readonly (string | number)[]) {
    const seed = hashText(name.join('\u0000'));
    this.#a = mix(seed);
    this.#b = mix(seed + GOLDEN_GAMMA);
    this.#c = mix(seed + 2 * GOLDEN_GAMMA);
    // The state may not be all zero: the generator would stay there.
    this.#d = mix(seed + 3 * GOLDEN_GAMMA) | 1;
  }

  /** An integer, 0 ≤ x < 2³². */
  next(): number {
    const drawn = Math.imul(rotateLeft(Math.imul(this.#b, 5), 7), 9) >>> 0;
    const shifted = this.#b << 9;
    this.#c ^= this.#a;
    this.#d ^= this.#b;
    this.#b ^= this.#c;
    this.#a ^= this.#d;
    this.#c ^= shifted;
    this.#d = rotateLeft(this.#d, 11);
    return drawn;
  }

  /** 0 ≤ x < 1. */
  share(): number {
    return this.next() / WORD;
  }

  /** An integer, both ends possible. */
  between(lowest: number, highest: number): number {
    return lowest + Math.floor(this.share() * (highest - lowest + 1));
  }

  chance(probability: number): boolean {
    return this.share() < probability;
  }

  pick<Item>(items: readonly Item[]): Item {
    const item = items[this.between(0, items.length - 1)];
    if (item === undefined) throw new RangeError('there is nothing to pick from');
    return item;
  }

  /** An index, as often as its weight says. */
  weighted(weights: readonly number[]): number {
    let rest = this.share() * weights.reduce((sum, weight) => sum + weight, 0);
    for (const [index, weight] of weights.entries()) {
      rest -= weight;
      if (rest < 0) return index;
    }
    return weights.length - 1;
  }

  /** A waiting time, ≥ 0. */
  exponential(mean: number): number {
    return -Math.log(1 - this.share()) * mean;
  }

  /** Around 0 with that standard deviation, never beyond 3.5 times of it: the sum of four draws. */
  spread(deviation: number): number {
    return (this.share() + this.share() + this.share() + this.share() - 2) * Math.sqrt(3) * deviation;
  }
}
