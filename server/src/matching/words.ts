/** A place in the words of a line, from which a reader looks ahead and back, and moves on. */
export class Words {
  readonly #line: readonly string[];
  /** How many words lie before it. */
  readonly index: number;
  /** One after the last word that may be taken. Words after it can still be looked at. */
  readonly limit: number;

  constructor(line: readonly string[], index = 0, limit = line.length) {
    this.#line = line;
    this.index = index;
    this.limit = limit;
  }

  /** The word at this place; empty if none is. */
  get word(): string {
    return this.#line[this.index] ?? '';
  }

  /** The word that many places on, or back where it is negative. */
  peek(by: number): string {
    return this.#line[this.index + by] ?? '';
  }

  /** The place that many words on. */
  skip(count: number): Words {
    return new Words(this.#line, this.index + count, this.limit);
  }

  back(count: number): Words {
    return new Words(this.#line, this.index - count, this.limit);
  }

  /** The same place, with nothing to take from `end` on. */
  until(end: Words): Words {
    return new Words(this.#line, this.index, end.index);
  }

  /** That many words before this place. */
  before(count: number): readonly string[] {
    return this.#line.slice(Math.max(this.index - count, 0), this.index);
  }

  get isFirst(): boolean {
    return this.index === 0;
  }

  /** The last word that may be taken; empty if none is. */
  get last(): string {
    return this.isOver ? '' : (this.#line[this.limit - 1] ?? '');
  }

  /** The same place, with that many fewer to take. */
  withoutLast(count: number): Words {
    return new Words(this.#line, this.index, this.limit - count);
  }

  /** True if that many words may be taken. */
  has(count: number): boolean {
    return this.index + count <= this.limit;
  }

  /** True if none is left to take. */
  get isOver(): boolean {
    return this.index >= this.limit;
  }

  /** Where the last word has been taken. */
  get end(): Words {
    return new Words(this.#line, this.limit, this.limit);
  }

  /** All that may be taken. */
  get rest(): readonly string[] {
    return this.#line.slice(this.index, this.limit);
  }
}
