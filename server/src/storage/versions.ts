/** The number of a key in front of what was made under it: of each but the first, as releases before the keyring had one key. */
export const FIRST_KEY = 1;
export const VERSION_BYTES = 4;

export function versionBytes(version: number): Uint8Array {
  const bytes = Buffer.alloc(VERSION_BYTES);
  bytes.writeUInt32BE(version);
  return bytes;
}

export function versionOf(bytes: Uint8Array): number {
  return Buffer.from(bytes.subarray(0, VERSION_BYTES)).readUInt32BE();
}
