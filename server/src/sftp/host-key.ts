/** The keys by which clients recognise the server. Made of the keyring, so that all nodes show the same keys. */
import { createECDH, createHash, createPrivateKey, createPublicKey } from 'node:crypto';

const KEY_TYPE = 'ssh-ed25519';
const ECDSA_TYPE = 'ecdsa-sha2-nistp256';
/** RFC 8410: what precedes the 32 bytes of an Ed25519 private key in PKCS #8. */
const PKCS8_PREFIX = Buffer.from('302e020100300506032b657004220420', 'hex');
const PUBLIC_KEY_BYTES = 32;
/** The private part of the file is padded to the block of its cipher; `none` counts 8. */
const BLOCK_BYTES = 8;
const PEM_LINE = /.{1,70}/g;

export interface HostKey {
  /** For people. */
  readonly type: 'Ed25519' | 'ECDSA';
  /** In OpenSSH's format, or as PEM. */
  readonly privateKey: string;
  /** As OpenSSH prints it: `SHA256:…`. */
  readonly fingerprint: string;
  /** For `known_hosts`, without the host's name: type and base64. */
  readonly publicKey: string;
}

/** RFC 4251 §5. */
function sshString(value: string | Uint8Array): Buffer {
  const bytes = Buffer.from(value);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(bytes.length);
  return Buffer.concat([length, bytes]);
}

/** OpenSSH's PROTOCOL.key; the repeated check number reveals a wrong passphrase, and there is no passphrase here. */
function openSshPrivateKey(seed: Uint8Array, publicKey: Uint8Array, publicBlob: Uint8Array): string {
  const check = Buffer.alloc(8);
  const secret = [check, sshString(KEY_TYPE), sshString(publicKey), sshString(Buffer.concat([seed, publicKey]))];
  const unpadded = Buffer.concat([...secret, sshString('')]);
  const padding = Buffer.from(
    Array.from({ length: (BLOCK_BYTES - (unpadded.length % BLOCK_BYTES)) % BLOCK_BYTES }, (_, index) => index + 1),
  );
  const oneKey = Buffer.from([0, 0, 0, 1]);
  const file = Buffer.concat([
    Buffer.from('openssh-key-v1\0'),
    sshString('none'),
    sshString('none'),
    sshString(''),
    oneKey,
    sshString(publicBlob),
    sshString(Buffer.concat([unpadded, padding])),
  ]);
  const lines = file.toString('base64').match(PEM_LINE) ?? [];
  return ['-----BEGIN OPENSSH PRIVATE KEY-----', ...lines, '-----END OPENSSH PRIVATE KEY-----', ''].join('\n');
}

/** What OpenSSH prints and `known_hosts` holds of a key. */
function recognisedBy(type: string, blob: Uint8Array): Pick<HostKey, 'fingerprint' | 'publicKey'> {
  const digest = createHash('sha256')
    .update(blob)
    .digest('base64')
    .replace(/={1,2}$/, '');
  return { fingerprint: `SHA256:${digest}`, publicKey: `${type} ${Buffer.from(blob).toString('base64')}` };
}

/** The Ed25519 key of a seed of 32 bytes: the same seed is the same key. */
export function hostKeyOf(seed: Uint8Array): HostKey {
  const key = createPrivateKey({ key: Buffer.concat([PKCS8_PREFIX, seed]), format: 'der', type: 'pkcs8' });
  const publicKey = createPublicKey(key).export({ format: 'der', type: 'spki' }).subarray(-PUBLIC_KEY_BYTES);
  const blob = Buffer.concat([sshString(KEY_TYPE), sshString(publicKey)]);
  return { type: 'Ed25519', privateKey: openSshPrivateKey(seed, publicKey, blob), ...recognisedBy(KEY_TYPE, blob) };
}

/** The order of the curve P-256 (FIPS 186-5): a private key is a number from 1 to one less. */
const P256_ORDER = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;
const P256_BYTES = 32;

/** The ECDSA key of a seed of 32 bytes, for clients without Ed25519. */
export function ecdsaHostKeyOf(seed: Uint8Array): HostKey {
  const number = (BigInt(`0x${Buffer.from(seed).toString('hex')}`) % (P256_ORDER - 1n)) + 1n;
  const secret = Buffer.from(number.toString(16).padStart(2 * P256_BYTES, '0'), 'hex');
  const pair = createECDH('prime256v1');
  pair.setPrivateKey(secret);
  // SEC 1 §2.3.3: 4, then both coordinates.
  const point = pair.getPublicKey();
  const text = (bytes: Uint8Array) => Buffer.from(bytes).toString('base64url');
  const [x, y] = [point.subarray(1, 1 + P256_BYTES), point.subarray(1 + P256_BYTES)];
  const jwk = { kty: 'EC', crv: 'P-256', d: text(secret), x: text(x), y: text(y) };
  const privateKey = createPrivateKey({ key: jwk, format: 'jwk' }).export({ type: 'sec1', format: 'pem' });
  // RFC 5656 §3.1.
  const blob = Buffer.concat([sshString(ECDSA_TYPE), sshString('nistp256'), sshString(point)]);
  return { type: 'ECDSA', privateKey: String(privateKey), ...recognisedBy(ECDSA_TYPE, blob) };
}

/** The first is the one that is announced. */
export type HostKeys = readonly [HostKey, ...HostKey[]];

const SEED_BYTES = 32;

/** All keys that the server offers; clients take the first that they know. @param seeds 32 bytes for each: the same seeds are the same keys. */
export function hostKeysOf(seeds: Uint8Array): HostKeys {
  return [hostKeyOf(seeds.subarray(0, SEED_BYTES)), ecdsaHostKeyOf(seeds.subarray(SEED_BYTES))];
}
