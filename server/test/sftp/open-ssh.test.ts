/** Customers' own clients: OpenSSH's, and lftp on top of it. */
import { randomBytes } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { finishedJob, type SftpDoor, sftpDoor } from './door.ts';
import { hasProgram, type OpenSsh, openSsh } from './open-ssh.ts';

const MIB = 1_048_576;
const WITHOUT = !hasProgram('sftp');
if (WITHOUT) console.warn('skipped: there is no sftp on this machine (package openssh-client)');

describe.skipIf(WITHOUT)('OpenSSH’s sftp', { timeout: 60_000 }, () => {
  let door: SftpDoor;
  let client: OpenSsh;
  beforeAll(async () => {
    door = await sftpDoor();
    client = await openSsh(door.port);
  });
  afterAll(async () => {
    await client[Symbol.asyncDispose]();
    await door[Symbol.asyncDispose]();
  });

  it('lists the folders and the files, and fetches one byte for byte', async () => {
    const customer = await door.customer();
    const content = randomBytes(5 * MIB + 321);
    const match = await finishedJob(door.deps, customer, 'match', { files: [{ filename: 'upload.csv', content }] });
    const { code, stdout, stderr } = await client.run(customer, [
      'pwd',
      'ls -1 /jobs',
      'cd jobs/match',
      'ls -l',
      `get ${match}.csv fetched.csv`,
    ]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toContain('Remote working directory: /\n');
    expect(stdout).toContain('/jobs/match\n/jobs/property-details\n/jobs/reports\n/jobs/search\n');
    expect(stdout).toMatch(new RegExp(`^-r--r--r-- .* ${content.length} .* ${match}\\.csv$`, 'm'));
    expect((await readFile(join(client.directory, 'fetched.csv'))).equals(content)).toBe(true);
  });

  it.each(['ssh-ed25519', 'ecdsa-sha2-nistp256'])('connects where it knows no host key but %s', async (algorithm) => {
    const customer = await door.customer();
    // Under a name of its own: under the server’s, another connection has noted another key.
    const options = ['-o', `HostKeyAlgorithms=${algorithm}`, '-o', `HostKeyAlias=${algorithm}`];
    expect(await client.run(customer, ['pwd'], options)).toMatchObject({ code: 0, stderr: '' });
  });

  it('is refused where it knows only keys that the server does not have', async () => {
    const customer = await door.customer();
    const { code, stderr } = await client.run(customer, ['pwd'], ['-o', 'HostKeyAlgorithms=rsa-sha2-512']);
    expect(code).toBe(255);
    expect(stderr).toContain('Connection closed');
  });

  it('fetches everything with one command, each part under its name', async () => {
    const customer = await door.customer();
    const parts = Array.from({ length: 3 }, () => randomBytes(100_000));
    const files = parts.map((content, part) => ({ filename: `details_${part}.ndjson`, content }));
    const details = await finishedJob(door.deps, customer, 'property-details', { files });
    const report = await finishedJob(door.deps, customer, 'report', {
      files: [{ filename: 'property_2025-12-01_2025-12-31_1a2b3c4d.csv.gz', content: 'zipped' }],
    });
    const { code, stderr } = await client.run(customer, ['get -r /jobs all']);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    for (const [part, content] of parts.entries()) {
      const path = join(client.directory, 'all/property-details', `${details}_${part}.ndjson`);
      expect((await readFile(path)).equals(content)).toBe(true);
    }
    expect(await readFile(join(client.directory, 'all/reports', `${report}.csv.gz`), 'utf8')).toBe('zipped');
  });

  it('resumes a file that it has in part', async () => {
    const customer = await door.customer();
    const content = randomBytes(3 * MIB);
    const id = await finishedJob(door.deps, customer, 'search', { files: [{ filename: 'ids.ndjson', content }] });
    const path = join(client.directory, 'part.ndjson');
    await writeFile(path, content.subarray(0, 2 * MIB + 17));
    const { code } = await client.run(customer, [`reget /jobs/search/${id}.ndjson part.ndjson`]);
    expect(code).toBe(0);
    expect((await readFile(path)).equals(content)).toBe(true);
  });

  it('may change the keys of the connection while a file is on its way', async () => {
    const customer = await door.customer();
    const content = randomBytes(8 * MIB);
    const id = await finishedJob(door.deps, customer, 'search', { files: [{ filename: 'ids.ndjson', content }] });
    const { code } = await client.run(customer, [`get /jobs/search/${id}.ndjson rekeyed`], ['-o', 'RekeyLimit=1M']);
    expect(code).toBe(0);
    expect((await readFile(join(client.directory, 'rekeyed'))).equals(content)).toBe(true);
  });

  it('may keep several reads, large and small, under way', async () => {
    const customer = await door.customer();
    const content = randomBytes(2 * MIB + 1);
    const id = await finishedJob(door.deps, customer, 'search', { files: [{ filename: 'ids.ndjson', content }] });
    for (const options of [
      ['-B', '262144', '-R', '256'],
      ['-B', '1000', '-R', '1'],
    ]) {
      expect((await client.run(customer, [`get /jobs/search/${id}.ndjson sized`], options)).code).toBe(0);
      expect((await readFile(join(client.directory, 'sized'))).equals(content)).toBe(true);
    }
  });

  it('fetches an empty file', async () => {
    const customer = await door.customer();
    const id = await finishedJob(door.deps, customer, 'search', { files: [{ filename: 'ids.ndjson', content: '' }] });
    expect((await client.run(customer, [`get /jobs/search/${id}.ndjson empty`])).code).toBe(0);
    expect(await readFile(join(client.directory, 'empty'))).toHaveLength(0);
  });

  it.each([
    ['put batch /jobs/match/mine.csv'],
    ['mkdir /jobs/mine'],
    ['rmdir /jobs/match'],
    ['rm /jobs/match/any.csv'],
    ['rename /jobs/match /jobs/other'],
    ['chmod 777 /jobs/match'],
    ['symlink /etc/passwd /jobs/passwd'],
  ])('is refused to %s', async (command) => {
    const customer = await door.customer();
    const { code, stderr } = await client.run(customer, [command]);
    expect(code).toBe(1);
    expect(stderr).toMatch(/Permission denied|No such file/);
  });

  it('is refused with a wrong secret', async () => {
    const customer = await door.customer();
    const { code, stderr } = await client.run({ ...customer, secret: 'guessed' }, ['pwd']);
    expect(code).toBe(255);
    expect(stderr).toContain('Permission denied (password)');
  });

  it('says that the account is suspended, to whoever has its secret, and cuts off who is in', async () => {
    const customer = await door.customer();
    await using open = await door.connect(customer);
    const { accounts } = door.deps.db;
    expect(await accounts.suspend(customer.accountId, true)).toBe(true);
    await open.closed;
    const told = await client.run(customer, ['pwd']);
    expect(told.code).not.toBe(0);
    expect(told.stderr).toContain('This account is suspended');
    const guess = await client.run({ ...customer, secret: 'guessed' }, ['pwd']);
    expect(guess.stderr).toContain('Permission denied (password)');
    expect(guess.stderr).not.toContain('suspended');
    expect(await accounts.suspend(customer.accountId, false)).toBe(true);
    expect(await client.run(customer, ['pwd'])).toMatchObject({ code: 0 });
  });

  it('says what is missing when the key may not read results', async () => {
    const customer = await door.customer({ scopes: ['exports:write'] });
    const { code, stderr } = await client.run(customer, ['cd /jobs/match']);
    expect(code).toBe(1);
    expect(stderr).toContain('Permission denied');
  });
});

describe.skipIf(WITHOUT || !hasProgram('lftp'))('lftp', { timeout: 60_000 }, () => {
  it('mirrors the tree, and fetches a file in four parts at once', async () => {
    await using door = await sftpDoor();
    const customer = await door.customer();
    const content = randomBytes(3 * MIB + 7);
    const id = await finishedJob(door.deps, customer, 'match', { files: [{ filename: 'upload.csv', content }] });
    await using client = await openSsh(door.port);
    const commands = ['mirror /jobs', `pget -n 4 /jobs/match/${id}.csv -o parts.csv`];
    expect(await client.lftp(customer, commands)).toMatchObject({ code: 0 });
    for (const path of [`jobs/match/${id}.csv`, 'parts.csv']) {
      expect((await readFile(join(client.directory, path))).equals(content)).toBe(true);
    }
  });
});
