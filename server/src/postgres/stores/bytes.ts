/** `pg` yields Buffers, which print, compare and serialise differently; outside this room bytes are plain. */
export function plainBytes(buffer: Uint8Array): Uint8Array {
  return new Uint8Array(buffer.buffer, buffer.byteOffset, buffer.byteLength);
}
