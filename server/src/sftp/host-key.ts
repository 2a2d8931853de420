/** The key by which clients recognise the server. Derived, so that all nodes show the same and none has to keep it. */
import { createHash, createPrivateKey, createPublicKey } from 'node:crypto';

const KEY_TYPE = 'ssh-ed25519';
/** RFC 8410: what precedes the 32 bytes of an Ed25519 private key in PKCS #8. */
const PKCS8_PREFIX = Buffer.from('302e020100300506032b657004220420', 'hex');
const PUBLIC_KEY_BYTES = 32;
/** The private part of the file is padded to the block of its cipher; `none` counts 8. */
const BLOCK_BYTES = 8;
const PEM_LINE = /.{1,70}/g;

export interface HostKey {
  /** In OpenSSH's format. */
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

/** OpenSSH's PROTOCOL.key; the check number, twice the same, tells a wrong passphrase, of which there is none here. */
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

/** The Ed25519 key of a seed of 32 bytes: the same seed is the same key. */
export function hostKeyOf(seed: Uint8Array): HostKey {
  const key = createPrivateKey({ key: Buffer.concat([PKCS8_PREFIX, seed]), format: 'der', type: 'pkcs8' });
  const publicKey = createPublicKey(key).export({ format: 'der', type: 'spki' }).subarray(-PUBLIC_KEY_BYTES);
  const blob = Buffer.concat([sshString(KEY_TYPE), sshString(publicKey)]);
  const digest = createHash('sha256').update(blob).digest('base64').replace(/=+$/, '');
  return {
    privateKey: openSshPrivateKey(seed, publicKey, blob),
    fingerprint: `SHA256:${digest}`,
    publicKey: `${KEY_TYPE} ${blob.toString('base64')}`,
  };
}
