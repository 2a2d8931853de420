/** How much a Zstandard file unpacks to, at most, by the headers of its blocks (RFC 8878): nothing is unpacked for it. */
import { KIB } from '../core/size.ts';

/** No block unpacks to more (3.1.1.2.4). */
const MOST_OF_A_BLOCK = 128 * KIB;
const MAGIC = 0xfd2fb528;
const SKIPPABLE = 0x184d2a50;
const SKIPPABLE_MASK = 0xfffffff0;
const RLE = 1;
const COMPRESSED = 2;

type State = 'magic' | 'skippable' | 'descriptor' | 'block' | 'foreign';

/** How long the rest of the frame's header is, by its first byte (3.1.1.1.1). */
function headerRest(descriptor: number): number {
  const isSingle = (descriptor & 0x20) !== 0;
  const sizeFlag = descriptor >> 6;
  const contentSize = sizeFlag === 0 ? Number(isSingle) : 2 ** sizeFlag;
  const dictionary = [0, 1, 2, 4][descriptor & 3] ?? 0;
  return (isSingle ? 0 : 1) + dictionary + contentSize;
}

/** Takes the bytes as they come. */
export class ZstandardBound {
  /** Never less than what the bytes so far unpack to. */
  unpacked = 0;
  #state: State = 'magic';
  #needed = 4;
  #header: number[] = [];
  #skip = 0;
  #hasChecksum = false;

  write(piece: Uint8Array): undefined {
    for (let at = 0; at < piece.length && this.#state !== 'foreign'; ) {
      if (this.#skip > 0) {
        const step = Math.min(this.#skip, piece.length - at);
        this.#skip -= step;
        at += step;
        continue;
      }
      this.#header.push(piece[at] ?? 0);
      at++;
      if (this.#header.length === this.#needed) this.#read();
    }
  }

  #next(state: State, needed: number, skip = 0): void {
    this.#state = state;
    this.#needed = needed;
    this.#skip = skip;
    this.#header = [];
  }

  #number(): number {
    return this.#header.reduce((sum, byte, index) => sum + byte * 256 ** index, 0);
  }

  #read(): void {
    const value = this.#number();
    switch (this.#state) {
      case 'magic':
        if (value === MAGIC) this.#next('descriptor', 1);
        else if ((value & SKIPPABLE_MASK) >>> 0 === SKIPPABLE) this.#next('skippable', 4);
        // Whoever unpacks it stops here too.
        else this.#next('foreign', 0);
        return;
      case 'skippable':
        this.#next('magic', 4, value);
        return;
      case 'descriptor':
        this.#hasChecksum = (value & 4) !== 0;
        this.#next('block', 3, headerRest(value));
        return;
      case 'block':
        this.#readBlock(value);
        return;
      case 'foreign':
    }
  }

  #readBlock(value: number): void {
    const [isLast, type, size] = [(value & 1) === 1, (value >> 1) & 3, value >> 3];
    this.unpacked += type === COMPRESSED ? MOST_OF_A_BLOCK : size;
    const skip = type === RLE ? 1 : size;
    if (isLast) this.#next('magic', 4, skip + (this.#hasChecksum ? 4 : 0));
    else this.#next('block', 3, skip);
  }
}
