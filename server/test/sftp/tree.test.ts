/** What a client may ask on one channel, and what it is answered. */
import { randomBytes, randomUUID } from 'node:crypto';
import type { Attributes, ClientChannel, SFTPWrapper } from 'ssh2';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { finishedJob, type SftpCustomer, type SftpDoor, sftpDoor, type TestClient } from './door.ts';
import { asked, CODES, fetched, got, INIT, list, namesIn, open, opened, read, requestBytes, stat } from './requests.ts';

const CONTENT = randomBytes(300_000);
let door: SftpDoor;
let customer: SftpCustomer;
let connection: TestClient;
let sftp: SFTPWrapper;
let id: string;
let file: string;
let foreign: string;

beforeAll(async () => {
  door = await sftpDoor();
  customer = await door.customer();
  id = await finishedJob(door.deps, customer, 'match', { files: [{ filename: 'upload.csv', content: CONTENT }] });
  file = `/jobs/match/${id}.csv`;
  foreign = await finishedJob(door.deps, await door.customer(), 'match');
  connection = await door.connect(customer);
  sftp = await connection.sftp();
});
afterAll(async () => {
  await connection[Symbol.asyncDispose]();
  await door[Symbol.asyncDispose]();
});

describe('the tree', () => {
  it('begins at the root', async () => {
    expect(await got<string>((answer) => sftp.realpath('.', answer))).toBe('/');
    expect(await got<string>((answer) => sftp.realpath('jobs/match/..', answer))).toBe('/jobs');
    expect(await namesIn(sftp, '/')).toEqual(['jobs']);
    expect(await namesIn(sftp, '.')).toEqual(['jobs']);
    expect(await namesIn(sftp, '/jobs')).toEqual(['match', 'property-details', 'reports', 'search']);
  });

  it('shows size, time and that nobody may write', async () => {
    const finishedAt = (await door.deps.db.jobs.get({ accountId: customer.accountId, id }))?.finishedAt;
    const seconds = Math.floor((finishedAt?.getTime() ?? 0) / 1000);
    const expected = { size: CONTENT.length, mode: 0o100444, mtime: seconds, atime: seconds };
    expect(await stat(sftp, file)).toMatchObject(expected);
    expect(await asked<Attributes>((answer) => sftp.lstat(file, answer))).toMatchObject(expected);
    const handle = await opened(sftp, file);
    expect(await asked<Attributes>((answer) => sftp.fstat(handle, answer))).toMatchObject(expected);
    const [listed] = await list(sftp, '/jobs/match');
    expect(listed).toMatchObject({ filename: `${id}.csv`, attrs: expected });
    expect(listed?.longname).toMatch(
      new RegExp(`^-r--r--r-- .* 300000 [A-Z][a-z]{2} [ \\d]\\d \\d\\d:\\d\\d ${id}\\.csv$`),
    );
    expect(await stat(sftp, '/jobs/match')).toMatchObject({ mode: 0o040555 });
    await got((answer) => sftp.close(handle, (error) => answer(error, null)));
  });

  it('tells of a large directory in several answers', async () => {
    const owner = await door.customer();
    const files = Array.from({ length: 150 }, (_, part) => ({ filename: `${part}.ndjson`, content: 'x' }));
    const many = await finishedJob(door.deps, owner, 'property-details', { files });
    await using other = await door.connect(owner);
    const channel = await other.sftp();
    const handle = await got<Buffer>((answer) => channel.opendir('/jobs/property-details', answer));
    const answers = [];
    for (;;) {
      const answer = await asked<{ filename: string }[]>((done) => channel.readdir(handle, done));
      if (typeof answer === 'number') {
        expect(answer).toBe(CODES.endOfFile);
        break;
      }
      answers.push(answer.map(({ filename }) => filename));
    }
    expect(answers.length).toBeGreaterThan(1);
    expect(answers.flat()).toEqual(files.map((_, part) => `${many}_${part}.ndjson`));
  });
});

describe('reading', () => {
  it('gives the bytes of every range, and says where the file ends', async () => {
    const handle = await opened(sftp, file);
    for (const [offset, length] of [
      [0, 32_768],
      [32_768, 1],
      [299_990, 4_096],
      [10, 20],
      // The library tells of the end as of no bytes.
      [300_000, 1],
      [2 ** 52, 1],
    ] as const) {
      const bytes = await read(sftp, handle, offset, length);
      expect(bytes instanceof Buffer && bytes.equals(CONTENT.subarray(offset, offset + length))).toBe(true);
    }
    await got((answer) => sftp.close(handle, (error) => answer(error, null)));
    expect(await read(sftp, handle, 0, 1)).toBe(CODES.failure);
    expect(await asked((answer) => sftp.close(handle, (error) => answer(error, null)))).toBe(CODES.failure);
  });

  it('of several files at once does not mix them', async () => {
    const owner = await door.customer();
    const parts = Array.from({ length: 8 }, () => randomBytes(400_000));
    const files = parts.map((content, part) => ({ filename: `${part}.ndjson`, content }));
    const many = await finishedJob(door.deps, owner, 'property-details', { files });
    await using other = await door.connect(owner);
    const channel = await other.sftp();
    const whole = await Promise.all(
      parts.map((_, part) => fetched(channel, `/jobs/property-details/${many}_${part}.ndjson`)),
    );
    expect(whole.map((bytes, part) => bytes.equals(parts[part] ?? Buffer.alloc(0)))).toEqual(Array(8).fill(true));
  });

  it('is written to the audit log once an hour for each job of which a file was opened and read', async () => {
    const owner = await door.customer();
    const read1 = await finishedJob(door.deps, owner, 'search');
    await finishedJob(door.deps, owner, 'match');
    await using other = await door.connect(owner);
    const channel = await other.sftp();
    await namesIn(channel, '/jobs/match');
    await stat(channel, `/jobs/search/${read1}.csv`);
    const handle = await opened(channel, `/jobs/search/${read1}.csv`);
    for (const offset of [0, 5, 0]) await read(channel, handle, offset, 4);
    await fetched(channel, `/jobs/search/${read1}.csv`);
    const all = await door.deps.db.audit.last({ accountId: owner.accountId, from: null, until: null, limit: 10 });
    const entries = all.filter(({ event }) => event === 'file-downloaded');
    const { accountId, credentialId } = owner;
    const entry = { event: 'file-downloaded', accountId, credentialId, jobId: read1, address: '127.0.0.1' };
    expect(entries).toEqual([expect.objectContaining(entry)]);
  });
});

describe('what is not there', () => {
  const paths = (): [string, string][] => [
    ['the machine’s files', '/etc/passwd'],
    ['the machine’s files, from a folder', '/jobs/match/../../../../etc/passwd'],
    ['the machine’s files, doubled slashes', '//etc//passwd'],
    ['encoded dots', `/jobs/search/%2e%2e/match/${id}.csv`],
    ['encoded slashes', `/jobs%2fmatch%2f${id}.csv`],
    ['backslashes', `/jobs\\match\\${id}.csv`],
    ['a NUL behind the name', `${file}\0`],
    ['a NUL before another name', `${file}\0.txt`],
    ['a very long name', `/jobs/match/${'a'.repeat(30_000)}`],
    ['a very deep path', '/jobs/match'.repeat(2_000)],
    ['wide dots', `/jobs/search/．．/match/${id}.csv`],
    ['a name with an accent', `/jobs/match/é${id}.csv`],
    ['a right-to-left mark', `/jobs/match/\u202e${id}.csv`],
    ['a name with a space', `/jobs/match/${id}.csv `],
    ['a line end', `/jobs/match/${id}.csv\n`],
    ['a pattern', '/jobs/match/*'],
    ['a home', `~/jobs/match/${id}.csv`],
    ['the job in another folder', `/jobs/search/${id}.csv`],
    ['a part that is none', `/jobs/match/${id}_0.csv`],
    ['another account’s job', `/jobs/match/${foreign}.csv`],
    ['a job that never was', `/jobs/match/${randomUUID()}.csv`],
    ['the store’s own key', `/results/${customer.accountId}/${id}/1/upload.csv`],
    ['something below a file', `${file}/more`],
    ['what every object has', '/jobs/__proto__/constructor'],
  ];

  it('is no such file, for every request and however it is asked for', async () => {
    for (const [what, path] of paths()) {
      const answers = await Promise.all([
        stat(sftp, path),
        asked<Attributes>((answer) => sftp.lstat(path, answer)),
        open(sftp, path),
        asked<Buffer>((answer) => sftp.opendir(path, answer)),
        asked<string>((answer) => sftp.readlink(path, answer)),
      ]);
      expect(answers, what).toEqual(Array(5).fill(CODES.noSuchFile));
    }
    // The same requests find what is there.
    expect(await stat(sftp, `//jobs/./search/../match//${id}.csv`)).toMatchObject({ size: CONTENT.length });
  });

  it('has no canonical name where it can be no path', async () => {
    for (const path of ['/jobs\0', `/${'a'.repeat(30_000)}`]) {
      expect(await asked<string>((answer) => sftp.realpath(path, answer))).toBe(CODES.noSuchFile);
    }
  });

  it('is no directory where it is a file, and no file where it is a directory', async () => {
    expect(await asked<Buffer>((answer) => sftp.opendir(file, answer))).toBe(CODES.noSuchFile);
    expect(await open(sftp, '/jobs/match')).toBe(CODES.noSuchFile);
    expect(await open(sftp, '/')).toBe(CODES.noSuchFile);
  });
});

describe('changing anything', () => {
  const done = (ask: (answer: (error?: Error | null) => void) => unknown) =>
    asked<null>((answer) => ask((error) => answer(error ?? null, null)));

  it.each(['w', 'wx', 'a', 'ax', 'r+', 'w+', 'a+', 'xw+'] as const)('by opening with %s is refused', async (flags) => {
    for (const path of [file, '/jobs/match/new.csv', '/etc/passwd', `/jobs/match/${foreign}.csv`]) {
      expect(await asked<Buffer>((answer) => sftp.open(path, flags, answer))).toBe(CODES.permissionDenied);
    }
  });

  it.each<[string, (answer: (error?: Error | null) => void) => unknown]>([
    ['unlink', (answer) => sftp.unlink(file, answer)],
    ['rename', (answer) => sftp.rename(file, '/jobs/match/other.csv', answer)],
    ['mkdir', (answer) => sftp.mkdir('/jobs/mine', answer)],
    ['rmdir', (answer) => sftp.rmdir('/jobs/match', answer)],
    ['chmod', (answer) => sftp.chmod(file, 0o777, answer)],
    ['chown', (answer) => sftp.chown(file, 0, 0, answer)],
    ['utimes', (answer) => sftp.utimes(file, 0, 0, answer)],
    ['setstat of nothing', (answer) => sftp.setstat('/nowhere', { size: 0 } as never, answer)],
    ['symlink', (answer) => sftp.symlink('/etc/passwd', '/jobs/passwd', answer)],
  ])('by %s is refused', async (_what, ask) => {
    expect(await done(ask)).toBe(CODES.permissionDenied);
  });

  it('of an open file is refused', async () => {
    const handle = await opened(sftp, file);
    expect(await done((answer) => sftp.write(handle, Buffer.from('x'), 0, 1, 0, answer))).toBe(CODES.permissionDenied);
    expect(await done((answer) => sftp.fchmod(handle, 0o777, answer))).toBe(CODES.permissionDenied);
    expect(await done((answer) => sftp.write(handle, Buffer.alloc(200_000), 0, 200_000, 0, answer))).toBe(
      CODES.permissionDenied,
    );
    expect(await read(sftp, handle, 0, 5)).toEqual(CONTENT.subarray(0, 5));
  });
});

describe('bytes that no library sends', () => {
  /** Sends, and collects the types and codes of that many answers. */
  function answers(
    channel: ClientChannel,
    bytes: Buffer,
    count: number,
  ): Promise<readonly (readonly [number, number])[]> {
    return new Promise((resolve, reject) => {
      let rest: Buffer = Buffer.alloc(0);
      const seen: (readonly [number, number])[] = [];
      channel.on('data', (chunk: Buffer) => {
        rest = Buffer.concat([rest, chunk]);
        while (rest.length >= 4 && rest.length >= 4 + rest.readUInt32BE()) {
          const packet = rest.subarray(4, 4 + rest.readUInt32BE());
          rest = rest.subarray(4 + packet.length);
          seen.push([packet[0] ?? 0, packet[0] === 101 ? packet.readUInt32BE(5) : packet.readUInt32BE(1)]);
        }
        if (seen.length >= count) resolve(seen);
      });
      channel.once('close', () => reject(new Error(`the channel ended after ${seen.length} answers`)));
      channel.write(bytes);
    });
  }

  async function exchange(bytes: Buffer, count: number) {
    await using other = await door.connect(customer);
    return await answers(await other.raw(), bytes, count);
  }

  it('are answered in the order they came in', async () => {
    const requests = [
      INIT,
      requestBytes(17, 1, '/nowhere'),
      requestBytes(200, 2, 'statvfs@openssh.com', '/'),
      requestBytes(99, 3),
    ];
    const statuses = [
      [2, 3],
      [101, CODES.noSuchFile],
      [101, CODES.unsupported],
      [101, CODES.unsupported],
    ];
    expect(await exchange(Buffer.concat(requests), 4)).toEqual(statuses);
  });

  it('with a path that is no UTF-8 name nothing', async () => {
    const requests = [
      INIT,
      requestBytes(17, 1, Buffer.of(0x2f, 0xff, 0xfe)),
      requestBytes(3, 2, Buffer.of(0xc0, 0xaf), 1, 0),
    ];
    expect((await exchange(Buffer.concat(requests), 3)).slice(1)).toEqual(Array(2).fill([101, CODES.noSuchFile]));
  });

  it('with a handle of another session, or none, read nothing', async () => {
    const handle = await opened(sftp, file);
    const requests = [handle, Buffer.from('..'), Buffer.alloc(300)].map((bytes, id) =>
      requestBytes(5, id, bytes, 0n, 100),
    );
    expect((await exchange(Buffer.concat([INIT, ...requests]), 4)).slice(1)).toEqual(
      Array(3).fill([101, CODES.failure]),
    );
  });

  it('at an offset beyond every file are told its end', async () => {
    const requests = [INIT, requestBytes(3, 1, file, 1, 0), requestBytes(5, 2, Buffer.alloc(4), 2n ** 64n - 1n, 100)];
    expect((await exchange(Buffer.concat(requests), 3))[2]).toEqual([101, CODES.endOfFile]);
  });

  it.each([
    ['without a greeting', requestBytes(17, 1, '/')],
    ['with two greetings', Buffer.concat([INIT, INIT])],
    ['that end within a field', Buffer.concat([INIT, Buffer.of(0, 0, 0, 9, 17, 0, 0, 0, 1, 255, 255, 255, 255)])],
    ['of a packet without end', Buffer.concat([INIT, Buffer.of(255, 255, 255, 255, 0)])],
    ['of an empty packet', Buffer.concat([INIT, Buffer.alloc(4)])],
  ])('%s end the connection, and only this one', async (_what, bytes) => {
    await using other = await door.connect(customer);
    const channel = await other.raw();
    channel.resume();
    channel.write(bytes);
    await other.closed;
    expect(await namesIn(sftp, '/')).toEqual(['jobs']);
  });
});
