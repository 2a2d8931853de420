import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import ssh2 from 'ssh2';
import { afterAll, describe, expect, it } from 'vitest';
import { ecdsaHostKeyOf, hostKeyOf } from '../../src/sftp/host-key.ts';
import { hasProgram } from './open-ssh.ts';

const directory = mkdtempSync(join(tmpdir(), 'conveyance-host-key-'));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

describe.each([
  ['Ed25519', hostKeyOf],
  ['ECDSA', ecdsaHostKeyOf],
])('the host key of type %s', (_type, keyOf) => {
  const seed = new Uint8Array(32).fill(7);

  it('is the same for the same seed, so that every node shows one key', () => {
    expect(keyOf(seed).fingerprint).toBe(keyOf(new Uint8Array(seed)).fingerprint);
    expect(keyOf(new Uint8Array(32).fill(8)).fingerprint).not.toBe(keyOf(seed).fingerprint);
  });

  it.each([0, 7, 255])('is one that the library reads, also of a seed of bytes that are all %i', (byte) => {
    const { privateKey, publicKey } = keyOf(new Uint8Array(32).fill(byte));
    const parsed = ssh2.utils.parseKey(privateKey);
    if (parsed instanceof Error) throw parsed;
    expect(`${parsed.type} ${parsed.getPublicSSH().toString('base64')}`).toBe(publicKey);
  });

  it.skipIf(!hasProgram('ssh-keygen'))('is one whose private half OpenSSH reads, with the same fingerprint', () => {
    const { privateKey, publicKey, fingerprint } = keyOf(seed);
    const path = join(directory, keyOf.name);
    writeFileSync(path, privateKey, { mode: 0o600 });
    expect(execFileSync('ssh-keygen', ['-y', '-f', path], { encoding: 'utf8' }).trim()).toBe(publicKey);
    expect(execFileSync('ssh-keygen', ['-l', '-f', path], { encoding: 'utf8' })).toContain(` ${fingerprint} `);
  });
});
