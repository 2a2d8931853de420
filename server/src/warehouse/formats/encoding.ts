/** In which encoding a text file is, by its bytes. */
import type { Encoding } from './text-format.ts';

const HEAD_BYTES = 4096;
/** Of the pairs of bytes of a text in UTF-16 that is mostly Latin, nearly all have a zero on the same side. */
const ZEROS_OF_UTF_16 = 0.3;

function byMark([first, second]: Uint8Array): Encoding | null {
  if (first === 0xff && second === 0xfe) return 'utf-16le';
  return first === 0xfe && second === 0xff ? 'utf-16be' : null;
}

function byZeros(head: Uint8Array): Encoding | null {
  const pairs = head.length / 2;
  const zeros = (offset: number) => head.filter((byte, index) => byte === 0 && index % 2 === offset).length;
  if (zeros(1) > pairs * ZEROS_OF_UTF_16) return 'utf-16le';
  return zeros(0) > pairs * ZEROS_OF_UTF_16 ? 'utf-16be' : null;
}

/** What the bytes are if they are taken for UTF-8. */
class Utf8Reading {
  readonly #strict = new TextDecoder('utf-8', { fatal: true });
  readonly #lenient = new TextDecoder('utf-8');
  isSound = true;
  /** Some character needs more than one byte and has them. */
  hasLongCharacters = false;

  add(piece: Uint8Array): void {
    if (this.isSound) {
      try {
        this.#strict.decode(piece, { stream: true });
      } catch {
        this.isSound = false;
      }
    }
    if (!this.hasLongCharacters) {
      this.hasLongCharacters = /[^\0-\x7f\ufffd]/.test(this.#lenient.decode(piece, { stream: true }));
    }
  }
}

/**
 * UTF-16 by its mark or its zeros. What is not sound UTF-8 is Windows-1252, unless some characters of UTF-8 are in it: then it is UTF-8
 * with broken lines, which a load rejects by their number.
 *
 * @param limit how many bytes are looked at.
 */
export async function findEncoding(
  pieces: AsyncIterable<Uint8Array>,
  limit = Number.POSITIVE_INFINITY,
): Promise<Encoding> {
  const reading = new Utf8Reading();
  let read = 0;
  for await (const piece of pieces) {
    if (read === 0) {
      const marked = byMark(piece) ?? byZeros(piece.subarray(0, HEAD_BYTES));
      if (marked !== null) return marked;
    }
    const looked = piece.subarray(0, limit - read);
    reading.add(looked);
    read += looked.length;
    if (read >= limit) break;
  }
  return reading.isSound || reading.hasLongCharacters ? 'utf-8' : 'windows-1252';
}

/** The text, without a mark of its order of bytes. Lines stay lines. */
export async function* decodeText(
  pieces: AsyncIterable<Uint8Array>,
  encoding: Encoding,
): AsyncGenerator<string, void, undefined> {
  const decoder = new TextDecoder(encoding);
  for await (const piece of pieces) yield decoder.decode(piece, { stream: true });
  yield decoder.decode();
}
