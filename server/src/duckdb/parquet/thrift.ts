/** Thrift's compact protocol, as far as a Parquet footer uses it. Reads and writes without knowing the meaning of a field. */

/** Wire types, by their numbers in the protocol. */
const TRUE = 1;
const FALSE = 2;
const BYTE = 3;
const I16 = 4;
const I32 = 5;
const I64 = 6;
const DOUBLE = 7;
const BINARY = 8;
const LIST = 9;
const STRUCT = 12;

const DOUBLE_BYTES = 8;
/** A list's length is beside its type up to 14; 15 says that it follows. */
const LONG_LIST = 15;
const MAX_SHORT_DELTA = 15;

export type ThriftValue = boolean | bigint | Uint8Array | ThriftList | ThriftStruct;
export interface ThriftList {
  readonly itemType: number;
  readonly items: ThriftValue[];
}
interface ThriftField {
  readonly type: number;
  readonly value: ThriftValue;
}
/** Fields by their numbers, in the order in which they were read. */
export type ThriftStruct = Map<number, ThriftField>;

export class ThriftReader {
  readonly #bytes: Uint8Array;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  struct(): ThriftStruct {
    const fields: ThriftStruct = new Map();
    let number = 0;
    for (let header = this.#byte(); header !== 0; header = this.#byte()) {
      const delta = header >> 4;
      const type = header & 0x0f;
      number = delta === 0 ? Number(this.#zigzag()) : number + delta;
      const value = type === TRUE || type === FALSE ? type === TRUE : this.#value(type);
      fields.set(number, { type, value });
    }
    return fields;
  }

  #value(type: number): ThriftValue {
    switch (type) {
      // Only as an item of a list; as a field, the type itself is the value.
      case TRUE:
      case FALSE:
        return this.#byte() === TRUE;
      case BYTE:
        return this.#take(1);
      case I16:
      case I32:
      case I64:
        return this.#zigzag();
      case DOUBLE:
        return this.#take(DOUBLE_BYTES);
      case BINARY:
        return this.#take(Number(this.#varint()));
      case LIST:
        return this.#list();
      case STRUCT:
        return this.struct();
      default:
        throw new Error(`a Parquet footer has a field of unknown type ${type}`);
    }
  }

  #list(): ThriftList {
    const header = this.#byte();
    const itemType = header & 0x0f;
    const length = header >> 4 === LONG_LIST ? Number(this.#varint()) : header >> 4;
    return { itemType, items: Array.from({ length }, () => this.#value(itemType)) };
  }

  #byte(): number {
    const byte = this.#bytes[this.#at++];
    if (byte === undefined) throw new Error('a Parquet footer is cut off');
    return byte;
  }

  #take(length: number): Uint8Array {
    const end = this.#at + length;
    if (end > this.#bytes.length) throw new Error('a Parquet footer is cut off');
    const taken = this.#bytes.subarray(this.#at, end);
    this.#at = end;
    return taken;
  }

  #varint(): bigint {
    let value = 0n;
    for (let shift = 0n; ; shift += 7n) {
      const byte = this.#byte();
      value |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return value;
    }
  }

  #zigzag(): bigint {
    const raw = this.#varint();
    return (raw >> 1n) ^ -(raw & 1n);
  }
}

export class ThriftWriter {
  readonly #chunks: Uint8Array[] = [];

  struct(fields: ThriftStruct): this {
    let previous = 0;
    for (const [number, { type, value }] of fields) {
      const wire = typeof value === 'boolean' ? (value ? TRUE : FALSE) : type;
      const delta = number - previous;
      if (delta > 0 && delta <= MAX_SHORT_DELTA) this.#bytes([(delta << 4) | wire]);
      else this.#bytes([wire]).#zigzag(BigInt(number));
      if (typeof value !== 'boolean') this.#value(type, value);
      previous = number;
    }
    return this.#bytes([0]);
  }

  finish(): Uint8Array {
    return Buffer.concat(this.#chunks);
  }

  #value(type: number, value: ThriftValue): void {
    if (typeof value === 'boolean') this.#bytes([value ? TRUE : FALSE]);
    else if (typeof value === 'bigint') this.#zigzag(value);
    else if (value instanceof Map) this.struct(value);
    else if (!(value instanceof Uint8Array)) this.#list(value);
    else if (type === BINARY) this.#varint(BigInt(value.length)).#chunks.push(value);
    else this.#chunks.push(value);
  }

  #list({ itemType, items }: ThriftList): void {
    if (items.length < LONG_LIST) this.#bytes([(items.length << 4) | itemType]);
    else this.#bytes([(LONG_LIST << 4) | itemType]).#varint(BigInt(items.length));
    for (const item of items) this.#value(itemType, item);
  }

  #bytes(bytes: readonly number[]): this {
    this.#chunks.push(Uint8Array.from(bytes));
    return this;
  }

  #varint(value: bigint): this {
    const bytes: number[] = [];
    let rest = value;
    for (; rest >= 0x80n; rest >>= 7n) bytes.push(Number(rest & 0x7fn) | 0x80);
    bytes.push(Number(rest));
    return this.#bytes(bytes);
  }

  #zigzag(value: bigint): this {
    return this.#varint(BigInt.asUintN(64, (value << 1n) ^ (value >> 63n)));
  }
}
