/** What one session may take from the others, and when it ends. */
import { randomBytes } from 'node:crypto';
import { connect as connectSocket } from 'node:net';
import type { ClientChannel } from 'ssh2';
import { afterEach, describe, expect, it } from 'vitest';
import { jobOfResult } from '../../src/jobs/result-key.ts';
import { eventually } from '../contract/database-world.ts';
import { finishedJob, type SftpDoor, type SftpDoorOptions, sftpDoor } from './door.ts';
import { CODES, fetched, got, INIT, namesIn, open, opened, read, requestBytes } from './requests.ts';

const MIB = 1_048_576;
const READ = 32_768;

const doors: SftpDoor[] = [];
async function testDoor(options?: SftpDoorOptions): Promise<SftpDoor> {
  const door = await sftpDoor(options);
  doors.push(door);
  return door;
}
afterEach(async () => {
  for (const door of doors.splice(0)) await door[Symbol.asyncDispose]();
});

/** Puts a store in the place of the usual one that counts what is open and what is read of a job's files. */
function counting() {
  const bytes = new Map<string, number>();
  const seen = { open: 0, bytesOf: (id: string) => bytes.get(id) ?? 0 };
  const replace: SftpDoorOptions['replace'] = ({ store }) => ({
    store: new Proxy(store, {
      get(target, name) {
        if (name !== 'open') return Reflect.get(target, name).bind(target);
        return async (...args: Parameters<typeof store.open>) => {
          const stream = await target.open(...args);
          const id = jobOfResult(args[0])?.id ?? '';
          return (async function* () {
            seen.open += 1;
            try {
              for await (const chunk of stream) {
                bytes.set(id, seen.bytesOf(id) + chunk.length);
                yield chunk;
              }
            } finally {
              seen.open -= 1;
            }
          })();
        };
      },
    }),
  });
  return { seen, replace };
}

/** The object with some of its members replaced; the others keep their own. */
function instead<Whole extends object>(whole: Whole, members: Partial<Whole>): Whole {
  return new Proxy(whole, {
    get(target, name) {
      if (name in members) return Reflect.get(members, name);
      const value: unknown = Reflect.get(target, name);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
}

/** All reads of a file at once, from the handle that the first OPEN of a session gets. */
function readsOf(bytes: number): Buffer {
  const reads = Array.from({ length: Math.ceil(bytes / READ) }, (_, index) =>
    requestBytes(5, 100 + index, Buffer.alloc(4), BigInt(index * READ), READ),
  );
  return Buffer.concat(reads);
}

/** Resolves when so many bytes have come. */
function received(channel: ClientChannel, bytes: number): Promise<void> {
  return new Promise((resolve, reject) => {
    let count = 0;
    channel.on('data', (chunk: Buffer) => {
      count += chunk.length;
      if (count >= bytes) resolve();
    });
    channel.once('close', () => reject(new Error(`the channel ended after ${count} of ${bytes} bytes`)));
  });
}

describe('a reader that stalls', () => {
  const SIZE = 32 * MIB;
  /** The client's window and buffer of 2 MiB each, the piece that waits for them, and what is read ahead. */
  const MOST_TAKEN = 5 * MIB;

  it('is read ahead for by no more than its window, while fifty others fetch; and goes on where it was', {
    timeout: 120_000,
  }, async () => {
    const { seen, replace } = counting();
    const door = await testDoor({ replace, limits: { strangersOfSite: 64 } });
    const slow = await door.customer();
    const large = await finishedJob(door.deps, slow, 'search', {
      files: [{ filename: 'ids.ndjson', content: randomBytes(SIZE) }],
    });
    await using stalled = await door.connect(slow);
    const channel = await stalled.raw();
    channel.pause();
    channel.write(Buffer.concat([INIT, requestBytes(3, 1, `/jobs/search/${large}.ndjson`, 1, 0), readsOf(SIZE)]));

    const others = await door.customer();
    const content = randomBytes(500_000);
    const small = await finishedJob(door.deps, others, 'match', { files: [{ filename: 'upload.csv', content }] });
    const connections = await Promise.all(Array.from({ length: 50 }, () => door.connect(others)));
    const files = await Promise.all(
      connections.map(async (connection) => fetched(await connection.sftp(), `/jobs/match/${small}.csv`)),
    );
    expect(files.every((file) => file.equals(content))).toBe(true);
    await Promise.all(connections.map((connection) => connection[Symbol.asyncDispose]()));

    expect(seen.bytesOf(small)).toBe(50 * content.length);
    expect(seen.bytesOf(large)).toBeGreaterThan(MIB);
    expect(seen.bytesOf(large)).toBeLessThan(MOST_TAKEN);
    const whole = received(channel, SIZE);
    channel.resume();
    await whole;
  });

  it('that opens its window wide and leaves the connection full is not read ahead for either', async () => {
    const { seen, replace } = counting();
    const door = await testDoor({ replace });
    const customer = await door.customer();
    const id = await finishedJob(door.deps, customer, 'search', {
      files: [{ filename: 'ids.ndjson', content: randomBytes(SIZE) }],
    });
    const socket = connectSocket({ port: door.port, host: '127.0.0.1' });
    await using client = await door.connect(customer, { sock: socket });
    const channel = await client.raw();
    widenWindow(channel);
    channel.write(Buffer.concat([INIT, requestBytes(3, 1, `/jobs/search/${id}.ndjson`, 1, 0), readsOf(SIZE)]));
    await received(channel, MIB);
    socket.pause();
    // What the operating system keeps of a connection is a few mebibytes. Who is served beside sees whether more is read.
    const content = randomBytes(4 * MIB);
    const small = await finishedJob(door.deps, customer, 'match', { files: [{ filename: 'upload.csv', content }] });
    await using other = await door.connect(customer);
    const sftp = await other.sftp();
    const before = await settled(
      () => seen.bytesOf(id),
      async () => void (await fetched(sftp, `/jobs/match/${small}.csv`)),
    );
    expect(before).toBeLessThan(SIZE - 8 * MIB);
    const whole = received(channel, SIZE - before);
    socket.resume();
    await whole;
  });

  it('that begins a key exchange and does not end it is cut off before its answers pile up', async () => {
    const { seen, replace } = counting();
    const door = await testDoor({ replace });
    const customer = await door.customer();
    const id = await finishedJob(door.deps, customer, 'search', {
      files: [{ filename: 'ids.ndjson', content: randomBytes(SIZE) }],
    });
    const socket = connectSocket({ port: door.port, host: '127.0.0.1' });
    await using client = await door.connect(customer, { sock: socket });
    const channel = await client.raw();
    widenWindow(channel);
    channel.write(Buffer.concat([INIT, requestBytes(3, 1, `/jobs/search/${id}.ndjson`, 1, 0)]));
    await received(channel, 1);
    channel.write(readsOf(SIZE));
    socket.pause();
    beginKeyExchange(client.client);
    await eventually(() => seen.bytesOf(id) > 0, 'the file to be read');
    await eventually(() => seen.open === 0, 'the file to be closed');
    expect(seen.bytesOf(id)).toBeLessThan(SIZE - 8 * MIB);
    socket.resume();
    await client.closed;
  });
});

describe('a client that sends more than it may', () => {
  it('is cut off before its requests pile up', async () => {
    const door = await testDoor();
    const customer = await door.customer();
    const id = await finishedJob(door.deps, customer, 'search', {
      files: [{ filename: 'ids.ndjson', content: randomBytes(8 * MIB) }],
    });
    await using client = await door.connect(customer);
    const channel = await client.raw();
    channel.pause();
    (channel as unknown as { outgoing: { window: number } }).outgoing.window = 2 ** 31;
    channel.write(Buffer.concat([INIT, requestBytes(3, 1, `/jobs/search/${id}.ndjson`, 1, 0), readsOf(8 * MIB)]));
    // Packets of a size by which the window never becomes exactly 0, when the library would drop them.
    for (let packet = 0; packet < 400; packet++) channel.write(Buffer.alloc(30_000));
    await client.closed;
  });
});

/** The library's client has a window of 2 MiB; another may have one of 4 GiB. */
function widenWindow(channel: ClientChannel): void {
  const { _client, incoming, outgoing } = channel as unknown as {
    _client: { _protocol: { channelWindowAdjust(id: number, bytes: number): void } };
    incoming: { window: number };
    outgoing: { id: number };
  };
  incoming.window += 2 ** 31;
  _client._protocol.channelWindowAdjust(outgoing.id, 2 ** 31);
}

function beginKeyExchange(client: object): void {
  (client as { _protocol: { rekey(): void } })._protocol.rekey();
}

/** The figure once it has not changed over three rounds of the same work for another. */
async function settled(figure: () => number, round: () => Promise<void>): Promise<number> {
  for (let still = 0, last = figure(); ; ) {
    await round();
    still = figure() === last ? still + 1 : 0;
    last = figure();
    if (still === 3) return last;
  }
}

describe('a session ends', () => {
  it('when its key is revoked, within an instant, also while it fetches a file', async () => {
    const { seen, replace } = counting();
    const door = await testDoor({ replace });
    const customer = await door.customer();
    const content = randomBytes(8 * MIB);
    const id = await finishedJob(door.deps, customer, 'search', { files: [{ filename: 'ids.ndjson', content }] });
    await using revoked = await door.connect(customer);
    const sftp = await revoked.sftp();
    await read(sftp, await opened(sftp, `/jobs/search/${id}.ndjson`), 0, READ);
    await using kept = await door.connect(await door.customer());
    await door.deps.db.credentials.revoke(customer.credentialId);
    await revoked.closed;
    await eventually(() => seen.open === 0, 'the file to be closed');
    expect(await namesIn(await kept.sftp(), '/')).toEqual(['jobs']);
    await expect(door.connect(customer)).rejects.toThrow('All configured authentication methods failed');
  });

  it('when its key was revoked and nobody told of it', async () => {
    const deaf: SftpDoorOptions['replace'] = ({ db }) => ({
      db: new Proxy(db, {
        get: (target, name) => (name === 'subscribe' ? () => () => undefined : Reflect.get(target, name)),
      }),
    });
    const door = await testDoor({ limits: { recheckMs: 20 }, replace: deaf });
    const customer = await door.customer();
    await using revoked = await door.connect(customer);
    await using kept = await door.connect(await door.customer());
    await door.deps.db.credentials.revoke(customer.credentialId);
    await revoked.closed;
    expect(await namesIn(await kept.sftp(), '/')).toEqual(['jobs']);
  });

  it('after nothing was asked for a while', async () => {
    const door = await testDoor({ limits: { idleMs: 300 } });
    await using idle = await door.connect(await door.customer());
    expect(await namesIn(await idle.sftp(), '/')).toEqual(['jobs']);
    await idle.closed;
  });

  it('with its channel, whose end the server tells, and another may follow on the connection', async () => {
    const door = await testDoor();
    const customer = await door.customer();
    await using connection = await door.connect(customer);
    for (let round = 0; round < 3; round++) {
      const channel = await connection.raw();
      const ended = new Promise<number>((resolve) => channel.once('exit', resolve));
      const closed = new Promise<void>((resolve) => channel.once('close', () => resolve()));
      channel.resume();
      channel.end(INIT);
      expect(await ended).toBe(0);
      await closed;
    }
  });

  it('with its connection, and its files are closed', async () => {
    const { seen, replace } = counting();
    const door = await testDoor({ replace });
    const customer = await door.customer();
    const id = await finishedJob(door.deps, customer, 'search', {
      files: [{ filename: 'ids.ndjson', content: randomBytes(4 * MIB) }],
    });
    for (let round = 0; round < 5; round++) {
      const socket = connectSocket({ port: door.port, host: '127.0.0.1' });
      const client = await door.connect(customer, { sock: socket });
      const channel = await client.raw();
      channel.write(Buffer.concat([INIT, requestBytes(3, 1, `/jobs/search/${id}.ndjson`, 1, 0), readsOf(4 * MIB)]));
      await received(channel, 100_000);
      expect(seen.open).toBe(1);
      socket.destroy();
      await eventually(() => seen.open === 0, 'the file to be closed');
    }
  });
});

describe('limits', () => {
  it('of a connection that never logs in: it is cut off', async () => {
    // Long enough for the log-in of the customer, also on a busy machine.
    const door = await testDoor({ limits: { loginMs: 2000 } });
    const greetings = ['', 'SSH-2.0-client\r\n', 'GET / HTTP/1.1\r\n\r\n'];
    const cutOff = greetings.map(async (greeting) => {
      const socket = connectSocket({ port: door.port, host: '127.0.0.1' });
      socket.on('error', () => undefined);
      socket.resume();
      socket.write(greeting);
      await new Promise((resolve) => socket.once('close', resolve));
    });
    await Promise.all(cutOff);
    await using customer = await door.connect(await door.customer());
    expect(await namesIn(await customer.sftp(), '/')).toEqual(['jobs']);
  });

  it('of a connection that does not greet: it is cut off, long before one that has', async () => {
    const door = await testDoor({ limits: { bannerMs: 500, loginMs: 60_000 } });
    const [silent, greeting] = ['', 'SSH-2.0-client\r\n'].map((words) => {
      const socket = connectSocket({ port: door.port, host: '127.0.0.1' });
      socket.on('error', () => undefined).resume();
      socket.write(words);
      return socket;
    });
    await new Promise((resolve) => silent?.once('close', resolve));
    expect(greeting?.closed).toBe(false);
    greeting?.destroy();
  });

  it('of connections without a log-in: those beyond are closed at once, and the others not disturbed', async () => {
    const door = await testDoor({ limits: { strangersOfSite: 3 } });
    const strangers = await Promise.all(
      Array.from({ length: 3 }, async () => {
        const socket = connectSocket({ port: door.port, host: '127.0.0.1' });
        await new Promise((resolve) => socket.once('data', resolve));
        return socket;
      }),
    );
    const customer = await door.customer();
    await expect(door.connect(customer)).rejects.toThrow();
    for (const socket of strangers) {
      socket.destroy();
      await new Promise((resolve) => socket.once('close', resolve));
    }
    await eventually(
      () =>
        door.connect(customer).then(
          ({ client }) => Boolean(client.end()),
          () => false,
        ),
      'a place to be free',
    );
  });

  it('of an account’s sessions: one more is closed, and one of another account let in', async () => {
    const door = await testDoor({ limits: { sessionsOfAccount: 2 } });
    const customer = await door.customer();
    await using first = await door.connect(customer);
    await using _second = await door.connect(customer);
    await expect(door.connect(customer)).rejects.toThrow();
    await using other = await door.connect(await door.customer());
    expect(await namesIn(await first.sftp(), '/')).toEqual(['jobs']);
    expect(await namesIn(await other.sftp(), '/')).toEqual(['jobs']);
  });

  it('of all sessions', async () => {
    const door = await testDoor({ limits: { sessions: 1 } });
    await using _first = await door.connect(await door.customer());
    await expect(door.connect(await door.customer())).rejects.toThrow();
  });

  it('of open files: one more is refused until one is closed', async () => {
    const door = await testDoor({ limits: { files: 2 } });
    const customer = await door.customer();
    const id = await finishedJob(door.deps, customer, 'match');
    await using connection = await door.connect(customer);
    const sftp = await connection.sftp();
    const path = `/jobs/match/${id}.csv`;
    const handles = [await opened(sftp, path), await opened(sftp, path)];
    expect(await open(sftp, path)).toBe(CODES.failure);
    await new Promise((resolve) => sftp.close(handles[0] ?? Buffer.alloc(0), resolve));
    expect(await open(sftp, path)).toBeInstanceOf(Buffer);
  });

  it('of open directories: a third is refused with the reason, whatever else is open', async () => {
    const door = await testDoor();
    const customer = await door.customer();
    const id = await finishedJob(door.deps, customer, 'match');
    await using connection = await door.connect(customer);
    const sftp = await connection.sftp();
    await opened(sftp, `/jobs/match/${id}.csv`);
    const openDirectory = (path: string) => got<Buffer>((answer) => sftp.opendir(path, answer));
    const [first] = [await openDirectory('/jobs'), await openDirectory('/jobs/match')];
    await expect(openDirectory('/')).rejects.toThrow('status 4');
    const reason = await new Promise((resolve) => sftp.opendir('/', (error) => resolve(error?.message)));
    expect(reason).toContain('Close one of the directories first: 2 are open');
    await new Promise((resolve) => sftp.close(first ?? Buffer.alloc(0), resolve));
    await openDirectory('/');
  });

  it('of what a directory holds: its place in the list, read piece by piece', async () => {
    const read: number[] = [];
    const door = await testDoor({
      replace: ({ db }) => {
        const withFiles: typeof db.jobs.withFiles = async (...args) => {
          const found = await db.jobs.withFiles(...args);
          read.push(found.length);
          return found;
        };
        return { db: instead(db, { jobs: instead(db.jobs, { withFiles }) }) };
      },
    });
    const customer = await door.customer();
    const ids: string[] = [];
    for (let made = 0; made < 30; made++) ids.push(await finishedJob(door.deps, customer, 'match'));
    await using connection = await door.connect(customer);
    const sftp = await connection.sftp();
    const handle = await got<Buffer>((answer) => sftp.opendir('/jobs/match', answer));
    expect(read).toEqual([]);
    expect((await namesIn(sftp, '/jobs/match')).length).toBe(30);
    expect(Math.max(...read)).toBeLessThanOrEqual(25);
    await new Promise((resolve) => sftp.close(handle, resolve));
  });

  it('of channels: one at a time', async () => {
    const door = await testDoor();
    await using connection = await door.connect(await door.customer());
    const sftp = await connection.sftp();
    await expect(connection.sftp()).rejects.toThrow();
    expect(await namesIn(sftp, '/')).toEqual(['jobs']);
  });
});

describe('a server that stops', () => {
  it('lets a file that is being fetched come to its end, and nobody in', async () => {
    const door = await testDoor();
    const customer = await door.customer();
    const content = randomBytes(4 * MIB);
    const id = await finishedJob(door.deps, customer, 'search', { files: [{ filename: 'ids.ndjson', content }] });
    await using busy = await door.connect(customer);
    await using idle = await door.connect(customer);
    const sftp = await busy.sftp();
    const handle = await opened(sftp, `/jobs/search/${id}.ndjson`);
    const stopped = door.server.close(60_000);
    await idle.closed;
    for (let at = 0; at < content.length; at += READ) {
      const bytes = await read(sftp, handle, at, READ);
      expect(bytes instanceof Buffer && bytes.equals(content.subarray(at, at + READ))).toBe(true);
    }
    await expect(door.connect(customer)).rejects.toThrow();
    await new Promise((resolve) => sftp.close(handle, resolve));
    await busy.closed;
    await stopped;
  });

  it('waits for no one longer than it was told', async () => {
    const door = await testDoor();
    const customer = await door.customer();
    const id = await finishedJob(door.deps, customer, 'match');
    await using busy = await door.connect(customer);
    await opened(await busy.sftp(), `/jobs/match/${id}.csv`);
    await door.server.close(0);
    await busy.closed;
  });
});
