import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import ssh2 from 'ssh2';
import { afterAll, describe, expect, it } from 'vitest';
import { hostKeyOf } from '../../src/sftp/host-key.ts';
import { hasProgram } from './open-ssh.ts';

const directory = mkdtempSync(join(tmpdir(), 'conveyance-host-key-'));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

describe('the host key', () => {
  const seed = new Uint8Array(32).fill(7);

  it('is the same for the same seed, so that every node shows one key', () => {
    expect(hostKeyOf(seed).fingerprint).toBe(hostKeyOf(new Uint8Array(seed)).fingerprint);
    expect(hostKeyOf(new Uint8Array(32).fill(8)).fingerprint).not.toBe(hostKeyOf(seed).fingerprint);
  });

  it('is one that the library reads', () => {
    const { privateKey, publicKey } = hostKeyOf(seed);
    const parsed = ssh2.utils.parseKey(privateKey);
    if (parsed instanceof Error) throw parsed;
    expect(`${parsed.type} ${parsed.getPublicSSH().toString('base64')}`).toBe(publicKey);
  });

  it.skipIf(!hasProgram('ssh-keygen'))('is one whose private half OpenSSH reads, with the same fingerprint', () => {
    const { privateKey, publicKey, fingerprint } = hostKeyOf(seed);
    const path = join(directory, 'key');
    writeFileSync(path, privateKey, { mode: 0o600 });
    expect(execFileSync('ssh-keygen', ['-y', '-f', path], { encoding: 'utf8' }).trim()).toBe(publicKey);
    expect(execFileSync('ssh-keygen', ['-l', '-f', path], { encoding: 'utf8' })).toContain(` ${fingerprint} `);
  });
});
