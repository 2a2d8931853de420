/** The shapes by SFTP: what one account may send there, logged in and before. */
import { connect, type Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import type { SFTPWrapper } from 'ssh2';
import { connectTo, type TestClient } from '../sftp/door.ts';
import { INIT, namesIn, open, opened, read, requestBytes, stat } from '../sftp/requests.ts';
import type { Shape } from './shapes.ts';
import type { Tier } from './tiers.ts';

export interface SftpLine {
  readonly port: number;
  readonly from: string;
  readonly key: { readonly accessKey: string; readonly secret: string };
}

/** A packet may be 256 KiB long, with its head. */
const LONGEST_PATH = 250_000;
const PIPELINED = 2_000;
/** More than a session may have open. */
const HANDLES = 20;
/** More than an account may have. */
const SESSIONS = 60;
/** More than may be there without a log-in. */
const STRANGERS = 140;
const STAT = 17;
const DIRECTORY = '/jobs';

function logIn({ port, from, key: { accessKey, secret } }: SftpLine): Promise<TestClient> {
  return connectTo(port, { username: accessKey, password: secret, localAddress: from });
}

async function inSession(line: SftpLine, work: (sftp: SFTPWrapper) => Promise<unknown>): Promise<void> {
  await using client = await logIn(line);
  // A server that cuts the connection has answered, too.
  await Promise.race([work(await client.sftp()), client.closed]);
}

async function statOf(line: SftpLine, path: string): Promise<void> {
  await inSession(line, (sftp) => stat(sftp, path));
}

async function manyAtOnce(line: SftpLine, ask: (sftp: SFTPWrapper, index: number) => Promise<unknown>): Promise<void> {
  await inSession(line, (sftp) => Promise.all(Array.from({ length: PIPELINED }, (_, index) => ask(sftp, index))));
}

/** The first file below the directory; null where there is none. */
async function anyFile(sftp: SFTPWrapper, path = DIRECTORY): Promise<string | null> {
  for (const name of await namesIn(sftp, path).catch(() => [])) {
    const inner = `${path}/${name}`;
    const found = typeof (await open(sftp, inner)) === 'number' ? await anyFile(sftp, inner) : inner;
    if (found !== null) return found;
  }
  return null;
}

async function manySmallReads(line: SftpLine): Promise<void> {
  await inSession(line, async (sftp) => {
    const path = await anyFile(sftp);
    if (path === null) return;
    const handle = await opened(sftp, path);
    await Promise.all(Array.from({ length: PIPELINED }, (_, index) => read(sftp, handle, index, 1)));
  });
}

/** Every directory that a session may have open, read to its end. */
async function allHandles(line: SftpLine): Promise<void> {
  await inSession(line, async (sftp) => {
    for (let index = 0; index < HANDLES; index++) {
      await new Promise<void>((resolve) => {
        sftp.opendir(DIRECTORY, (error, handle) => {
          if (error) return resolve();
          sftp.readdir(handle, () => resolve());
        });
      });
    }
  });
}

/** Bytes on the channel itself, a piece at a time, and then silence. */
async function onChannel(line: SftpLine, bytes: Buffer, pieces: number, holdMs: number): Promise<void> {
  await using client = await logIn(line);
  const channel = await client.raw();
  channel.on('error', () => undefined).resume();
  channel.write(INIT);
  const length = Math.ceil(bytes.length / pieces);
  for (let at = 0; at < bytes.length && !channel.destroyed; at += length) {
    channel.write(bytes.subarray(at, at + length));
    await delay(pieces > 1 ? holdMs / pieces : 0);
  }
  if (pieces === 1) await Promise.race([delay(holdMs), client.closed]);
}

const LOG_IN_MS = 1_000;
/** They are all there by then, and none has been cut off: a client has 5 s for its first line. */
const SILENT_MS = 2_000;

/** Connections that say nothing. */
function strangers({ port, from }: SftpLine): { readonly sockets: readonly Socket[]; hangUp(): void } {
  const sockets = Array.from({ length: STRANGERS }, () =>
    connect({ host: '127.0.0.1', port, localAddress: from }).on('error', () => undefined),
  );
  return { sockets, hangUp: () => sockets.forEach((socket) => void socket.destroy()) };
}

/** As many sessions as there may be, and as many who have not logged in; meanwhile somebody else wants to. */
async function everybodyAtOnce(line: SftpLine, other: SftpLine, { holdMs }: Tier): Promise<readonly string[]> {
  const sessions = Array.from({ length: SESSIONS }, () => inSession(line, () => delay(holdMs)).catch(() => undefined));
  // Before they have logged in, they take places of the silent ones, and give them back.
  await delay(LOG_IN_MS);
  const silent = strangers(line);
  try {
    await delay(Math.min(holdMs / 2, SILENT_MS));
    await inSession(other, (sftp) => stat(sftp, '/'));
    return [];
  } catch (error) {
    return [`by SFTP the second tenant could not log in: ${String(error)}`];
  } finally {
    silent.hangUp();
    await Promise.all(sessions);
  }
}

/** Resolves with what another tenant was refused. */
export async function sftpStrike(
  shape: Shape,
  line: SftpLine,
  other: SftpLine,
  tier: Tier,
): Promise<readonly string[]> {
  const long = requestBytes(STAT, 1, 'a'.repeat(LONGEST_PATH));
  switch (shape) {
    case 'deep':
      await statOf(line, '/a'.repeat(LONGEST_PATH / 2));
      return [];
    case 'wide':
      await Promise.all(Array.from({ length: tier.burst }, () => allHandles(line)));
      return [];
    case 'long-names':
      await statOf(line, `/${'a'.repeat(LONGEST_PATH)}`);
      return [];
    case 'many-names':
      await manyAtOnce(line, (sftp, index) => stat(sftp, `${DIRECTORY}/${index}`));
      return [];
    case 'many-parts':
      await manySmallReads(line);
      return [];
    case 'blanks':
      await statOf(line, ' '.repeat(LONGEST_PATH));
      return [];
    case 'half-sent':
      await onChannel(line, long.subarray(0, long.length / 2), 1, tier.holdMs);
      return [];
    case 'slow':
      await onChannel(line, long, 20, tier.holdMs);
      return [];
    case 'parallel':
      return everybodyAtOnce(line, other, tier);
  }
}
