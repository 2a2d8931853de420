/** Who gets in by SFTP, what the others learn, and what those who are in can ask for beside files. */
import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { connect as connectSocket } from 'node:net';
import fc from 'fast-check';
import type { AnyAuthMethod, AuthenticationType, AuthHandlerMiddleware, Client, ConnectConfig } from 'ssh2';
import { afterEach, describe, expect, it } from 'vitest';
import { issueToken } from '../../src/core/logins/credentials.ts';
import {
  connectTo,
  finishedJob,
  type SftpCustomer,
  type SftpDoor,
  type SftpDoorOptions,
  sftpDoor,
} from '../sftp/door.ts';
import { CODES, namesIn, open, stat } from '../sftp/requests.ts';

const doors: SftpDoor[] = [];
async function testDoor(options?: SftpDoorOptions): Promise<SftpDoor> {
  const door = await sftpDoor(options);
  doors.push(door);
  return door;
}
afterEach(async () => {
  for (const door of doors.splice(0)) await door[Symbol.asyncDispose]();
});

const REFUSED = 'All configured authentication methods failed';

/** Records what a log-in asks of the database and of the hashing. */
function recording() {
  const steps: string[] = [];
  const replace: SftpDoorOptions['replace'] = ({ db, secrets }) => ({
    db: new Proxy(db, {
      get(target, name) {
        if (name !== 'credentials') return Reflect.get(target, name);
        return new Proxy(target.credentials, {
          get(store, method) {
            steps.push(String(method));
            return Reflect.get(store, method).bind(store);
          },
        });
      },
    }),
    secrets: {
      generate: () => secrets.generate(),
      hash: (secret) => {
        steps.push('hash');
        return secrets.hash(secret);
      },
      hashes: (secret) => {
        steps.push('hashes');
        return secrets.hashes(secret);
      },
      isComparable: (hash) => secrets.isComparable(hash),
      equal: (left, right) => {
        steps.push('equal');
        return secrets.equal(left, right);
      },
    },
  });
  return { steps, replace };
}

/** The library's word for it, which its types leave out. */
const NO_MORE = false as unknown as AnyAuthMethod;

/** The methods that the server says are left after each refusal. */
async function methodsTold(door: SftpDoor, config: ConnectConfig): Promise<readonly (readonly AuthenticationType[])[]> {
  const told: AuthenticationType[][] = [];
  const { username = '', password = '' } = config;
  const tries: AnyAuthMethod[] = [
    { type: 'none', username },
    { type: 'password', username, password },
  ];
  const authHandler: AuthHandlerMiddleware = (left, _partial, next) => {
    if (left !== null) told.push([...left]);
    next(tries.shift() ?? NO_MORE);
  };
  await connectTo(door.port, { ...config, authHandler }).catch(() => undefined);
  return told;
}

describe('a log-in', () => {
  it('takes an access key and its secret', async () => {
    const door = await testDoor();
    await using connection = await door.connect(await door.customer());
    expect(await namesIn(await connection.sftp(), '/')).toEqual(['jobs']);
  });

  it.each<[string, (customer: SftpCustomer) => Pick<SftpCustomer, 'accessKey' | 'secret'>]>([
    ['a wrong secret', ({ accessKey }) => ({ accessKey, secret: 'guessed' })],
    ['an empty secret', ({ accessKey }) => ({ accessKey, secret: '' })],
    ['another letter case of the secret', ({ accessKey, secret }) => ({ accessKey, secret: secret.toUpperCase() })],
    ['the secret and a NUL', ({ accessKey, secret }) => ({ accessKey, secret: `${secret}\0` })],
    ['an unknown key', ({ secret }) => ({ accessKey: `cvk_${'0'.repeat(32)}`, secret })],
    ['a key with a NUL', ({ accessKey, secret }) => ({ accessKey: `${accessKey}\0`, secret })],
    ['an empty key', ({ secret }) => ({ accessKey: '', secret })],
    ['root', ({ secret }) => ({ accessKey: 'root', secret })],
    ['the account’s id', ({ accountId, secret }) => ({ accessKey: accountId, secret })],
    ['SQL', ({ secret }) => ({ accessKey: "' or 1=1 --", secret })],
    ['a very long key and secret', () => ({ accessKey: 'k'.repeat(10_000), secret: 's'.repeat(10_000) })],
  ])('does not take %s', async (_what, wrong) => {
    const door = await testDoor();
    const customer = await door.customer();
    await expect(door.connect(wrong(customer))).rejects.toThrow(REFUSED);
    await using right = await door.connect(customer);
    expect(await namesIn(await right.sftp(), '/')).toEqual(['jobs']);
  });

  it('does not take another account’s secret, a revoked key or a personal token', async () => {
    const door = await testDoor();
    const customer = await door.customer();
    const other = await door.customer();
    await expect(door.connect({ ...customer, secret: other.secret })).rejects.toThrow(REFUSED);
    const token = await issueToken(
      { ...door.deps, ids: () => crypto.randomUUID() },
      { accountId: customer.accountId, scopes: ['exports:read'] },
    );
    await expect(door.connect({ accessKey: customer.accessKey, secret: token })).rejects.toThrow(REFUSED);
    await door.deps.db.credentials.revoke(customer.credentialId);
    await expect(door.connect(customer)).rejects.toThrow(REFUSED);
  });

  it('goes the same way, and is answered the same, for an unknown key as for a wrong secret', async () => {
    const { steps, replace } = recording();
    const door = await testDoor({ replace });
    const { accessKey } = await door.customer();
    const ways = [];
    for (const username of [accessKey, `cvk_${'0'.repeat(32)}`]) {
      steps.length = 0;
      const told = await methodsTold(door, { username, password: 'guessed' });
      ways.push({ told, steps: [...steps] });
    }
    const [wrongSecret, unknownKey] = ways;
    // Both ask the database once, hash what was offered and compare; an unknown key has nothing to compare with, so that is made.
    expect(wrongSecret?.steps).toEqual(['byAccessKey', 'hashes', 'equal']);
    expect(unknownKey?.steps).toEqual(['byAccessKey', 'hash', 'hashes', 'equal']);
    expect(unknownKey?.told).toEqual(wrongSecret?.told);
    expect(wrongSecret?.told).toEqual([['password'], ['password']]);
  });

  it('by key, host or keyboard is not offered', async () => {
    const door = await testDoor();
    const { accessKey } = await door.customer();
    const { privateKey } = generateKeyPairSync('rsa', {
      modulusLength: 2048,
      privateKeyEncoding: { type: 'pkcs1', format: 'pem' },
      publicKeyEncoding: { type: 'pkcs1', format: 'pem' },
    });
    for (const config of [{ privateKey }, { tryKeyboard: true }, {}]) {
      await expect(connectTo(door.port, { username: accessKey, ...config })).rejects.toThrow(REFUSED);
    }
  });

  it('of a key without the scope is let in and refused everything: nothing is told of what there is', async () => {
    const door = await testDoor();
    const customer = await door.customer({ scopes: ['exports:write', 'data:read', 'admin'] });
    const id = await finishedJob(door.deps, customer, 'match');
    await using connection = await door.connect(customer);
    const sftp = await connection.sftp();
    for (const path of ['/', '/jobs/match', `/jobs/match/${id}.csv`, '/jobs/match/none.csv']) {
      expect(await stat(sftp, path)).toBe(CODES.permissionDenied);
      expect(await open(sftp, path)).toBe(CODES.permissionDenied);
    }
  });
});

describe('whoever guesses', () => {
  it('is cut off after three wrong secrets on a connection', async () => {
    const door = await testDoor();
    const { accessKey, secret } = await door.customer();
    const offered: string[] = [];
    const secrets = ['one', 'two', 'three', secret];
    const authHandler: AuthHandlerMiddleware = (_left, _partial, next) => {
      const password = secrets.shift() ?? '';
      offered.push(password);
      next({ type: 'password', username: accessKey, password });
    };
    await expect(connectTo(door.port, { username: accessKey, authHandler })).rejects.toThrow();
    expect(offered.slice(0, 3)).toEqual(['one', 'two', 'three']);
    // The right one after them came too late.
    await using right = await door.connect({ accessKey, secret });
    expect(await namesIn(await right.sftp(), '/')).toEqual(['jobs']);
  });

  it('ten times is locked out with the right secret, too, and let in again later', async () => {
    let now = Date.now();
    const door = await testDoor({ replace: () => ({ clock: () => new Date(now) }) });
    const customer = await door.customer();
    for (let guess = 0; guess < 10; guess++) {
      await expect(door.connect({ accessKey: `user ${guess}`, secret: 'guessed' })).rejects.toThrow();
    }
    await expect(door.connect(customer)).rejects.toThrow();
    now += 15_000;
    await using connection = await door.connect(customer);
    expect(await namesIn(await connection.sftp(), '/')).toEqual(['jobs']);
  });

  it('on one connection without an end is cut off', async () => {
    const door = await testDoor();
    let tries = 0;
    const authHandler: AuthHandlerMiddleware = (_left, _partial, next) => {
      tries += 1;
      next({ type: 'none', username: 'anybody' });
    };
    await expect(connectTo(door.port, { username: 'anybody', authHandler })).rejects.toThrow();
    expect(tries).toBeLessThan(30);
  });
});

describe('whoever connects and says nothing', () => {
  function silent(port: number, from: string, count: number, greeting = '') {
    return Array.from({ length: count }, () => {
      const socket = connectSocket({ port, host: '127.0.0.1', localAddress: from });
      socket.on('error', () => undefined);
      socket.resume();
      if (greeting !== '') socket.write(greeting);
      return socket;
    });
  }

  it('closes the door to nobody else: 128 connections of one network leave it open', async () => {
    // They are not cut off for their silence meanwhile.
    const door = await testDoor({ limits: { bannerMs: 60_000, loginMs: 60_000 } });
    const customer = await door.customer();
    const sockets = [0, 1, 2, 3].flatMap((host) => silent(door.port, `127.0.1.${host + 1}`, 32));
    const closed = sockets.map((socket) => new Promise((resolve) => socket.once('close', resolve)));
    // A quarter of the places is theirs; the others are closed at once.
    await Promise.all(closed.slice(32));
    await using connection = await door.connect(customer);
    expect(await namesIn(await connection.sftp(), '/')).toEqual(['jobs']);
    for (const socket of sockets) socket.destroy();
    await Promise.all(closed);
  });

  it('is cut off when its first line does not come; who has sent one has longer', async () => {
    const door = await testDoor({ limits: { bannerMs: 300, loginMs: 3_000 } });
    const startedAt = performance.now();
    const [without, within] = [
      silent(door.port, '127.0.0.1', 1)[0],
      silent(door.port, '127.0.0.1', 1, 'SSH-2.0-x\r\n')[0],
    ];
    const order: string[] = [];
    const closing = [
      new Promise((resolve) => without?.once('close', resolve)).then(() => order.push('without')),
      new Promise((resolve) => within?.once('close', resolve)).then(() => order.push('with')),
    ];
    await closing[0];
    expect(order).toEqual(['without']);
    await closing[1];
    expect(performance.now() - startedAt).toBeGreaterThan(2_000);
  });
});

describe('beside files', () => {
  it('there is no shell, no command, no terminal, no forwarding and no other subsystem', async () => {
    const door = await testDoor();
    const ask: [string, (client: Client, done: (error?: Error | null) => void) => unknown][] = [
      ['shell', (client, done) => client.shell(done)],
      ['shell without a terminal', (client, done) => client.shell(false, done)],
      ['command', (client, done) => client.exec('id', done)],
      ['command with a terminal', (client, done) => client.exec('id', { pty: true }, done)],
      ['subsystem', (client, done) => client.subsys('netconf', done)],
      ['forwarding out', (client, done) => client.forwardOut('127.0.0.1', 1, '127.0.0.1', door.port, done)],
      ['forwarding in', (client, done) => client.forwardIn('127.0.0.1', 0, done)],
      ['forwarding out to a socket', (client, done) => client.openssh_forwardOutStreamLocal('/tmp/any', done)],
      ['forwarding in from a socket', (client, done) => client.openssh_forwardInStreamLocal('/tmp/any', done)],
    ];
    const customer = await door.customer();
    for (const [what, request] of ask) {
      await using connection = await door.connect(customer);
      const error = await new Promise<Error | null | undefined>((resolve) => request(connection.client, resolve));
      expect(error, what).toBeInstanceOf(Error);
    }
    await using connection = await door.connect(customer);
    expect(await namesIn(await connection.sftp(), '/')).toEqual(['jobs']);
  });
});

describe('any bytes at all', () => {
  /** Sends and waits until the server has closed the connection, or has had its say. */
  function send(port: number, bytes: Uint8Array): Promise<void> {
    return new Promise((resolve) => {
      const socket = connectSocket({ port, host: '127.0.0.1' });
      socket.on('error', () => undefined);
      socket.once('close', () => resolve());
      socket.resume();
      socket.end(bytes);
    });
  }

  it('in the place of SSH leave the server as it was', { timeout: 60_000 }, async () => {
    const door = await testDoor({ limits: { loginMs: 1_000 } });
    const hello = Buffer.from('SSH-2.0-client\r\n');
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 2_000 }), fc.boolean(), async (bytes, greets) => {
        await send(door.port, greets ? Buffer.concat([hello, bytes]) : bytes);
      }),
      { numRuns: 50 },
    );
    await send(door.port, Buffer.concat([hello, randomBytes(1_000_000)]));
    await using connection = await door.connect(await door.customer());
    expect(await namesIn(await connection.sftp(), '/')).toEqual(['jobs']);
  });
});
