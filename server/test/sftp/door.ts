/** The SFTP door on a real database, real files and real credentials, and customers with finished jobs. */
import { randomBytes, randomUUID } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import ssh2, { type ClientChannel, type ConnectConfig, type SFTPWrapper } from 'ssh2';
import type { Scope } from '../../src/core/access.ts';
import { encodePropertyIds, PropertyIdSet } from '../../src/core/ids/property-ids.ts';
import { DEFAULT_FILE_OPTIONS, type JobKind, type ResultFile } from '../../src/core/job.ts';
import { issueKey } from '../../src/core/logins/credentials.ts';
import type { NewJob } from '../../src/core/ports/database/jobs.ts';
import { oneKey } from '../../src/core/ports/keys.ts';
import { resultKey } from '../../src/jobs/result-key.ts';
import { hostKeysOf } from '../../src/sftp/host-key.ts';
import type { SftpLimits } from '../../src/sftp/limits.ts';
import { SftpServer } from '../../src/sftp/server.ts';
import type { SftpDeps } from '../../src/sftp/session.ts';
import { createDiskStore } from '../../src/storage/disk/disk.ts';
import { createSecrets } from '../../src/storage/secrets.ts';
import { silentLog, testDatabase } from '../support/postgres.ts';

const DAY_MS = 86_400_000;
const SCOPES: readonly Scope[] = ['exports:read', 'exports:write'];
const TERMS = { workerId: 'test', leaseSeconds: 30, accountConcurrency: 1000 };

export interface SftpCustomer {
  readonly accountId: string;
  readonly credentialId: string;
  readonly accessKey: string;
  readonly secret: string;
}

/** A result's file as a worker would seal it. */
export interface GivenFile {
  readonly filename: string;
  readonly content: string | Uint8Array;
}

type FinishedJobOptions = { readonly files?: readonly GivenFile[]; readonly expiresAt?: Date };

function askedFor(kind: JobKind) {
  switch (kind) {
    case 'report': {
      const days = { startDate: '2025-12-01', endDate: '2025-12-31' };
      return { kind, spec: { reportType: 'property', outputFormat: 'csv', ...days, ...DEFAULT_FILE_OPTIONS } } as const;
    }
    case 'property-details': {
      const counts = { requested: 1, duplicate: 0, unknown: 0, notUpdated: 0 };
      return {
        kind,
        spec: { detailTypes: ['basic'], filterPii: false, updated: null, fileSizes: [1], counts },
      } as const;
    }
    case 'match': {
      const counts = { rows: 1, duplicate: 0, errorDecodingLines: [], ragged: 0 };
      const form = {
        mode: 'address',
        headers: ['a'],
        mapping: {},
        explain: false,
        inputKey: 'uploads/1',
        delimiter: ',',
      };
      return { kind, spec: { ...form, mode: 'address', counts } } as const;
    }
    case 'search':
      return { kind, spec: { settings: { city: ['New York'] } } } as const;
  }
}

/** A job that a worker has run, ended by hand. */
export async function finishedJob(
  { db, store }: Pick<SftpDeps, 'db' | 'store'>,
  owner: Pick<SftpCustomer, 'accountId' | 'credentialId'>,
  kind: JobKind,
  { files = [{ filename: 'result.csv', content: 'id,rent\n1,1000\n' }], expiresAt }: FinishedJobOptions = {},
): Promise<string> {
  const id = randomUUID();
  const version = await db.warehouse.current();
  const state = { accountId: owner.accountId, credentialId: owner.credentialId, id, callbackUrl: null };
  const ids = { propertyIds: encodePropertyIds([99001416], 1), propertyCount: 1 };
  const job: NewJob = { ...state, ...ids, ...askedFor(kind), dataVersion: version?.version ?? 0 };
  await db.jobs.insert(job);
  await db.queue.enqueue({ kind: 'run-job', job });
  const claim = await db.queue.claim(TERMS);
  if (claim?.job.id !== id) throw new Error('another job was queued');
  const results: ResultFile[] = [];
  for (const { filename, content } of files) {
    const path = await store.scratch(`${id}.part`);
    await writeFile(path, content);
    // The customer's word for the file may be none that the store takes.
    const key = resultKey(job, claim.attempt, `${results.length}.bin`);
    results.push({ key, filename, contentType: 'text/csv', rows: 1, ...(await store.put(key, path)) });
  }
  const ending = { outcome: 'succeeded', attempt: claim.attempt, results } as const;
  await db.jobs.finish(job, { ...ending, expiresAt: expiresAt ?? new Date(Date.now() + DAY_MS) });
  await db.queue.settle(claim);
  return id;
}

/** A client of the library, logged in. */
export interface TestClient extends AsyncDisposable {
  readonly client: ssh2.Client;
  /** Resolves when the connection is over, for whatever reason. */
  readonly closed: Promise<void>;
  sftp(): Promise<SFTPWrapper>;
  /** The channel itself, for bytes that the library would not send. */
  raw(): Promise<ClientChannel>;
}

export interface SftpDoor extends AsyncDisposable {
  readonly deps: SftpDeps;
  readonly port: number;
  readonly server: SftpServer;
  customer(options?: { readonly scopes?: readonly Scope[] }): Promise<SftpCustomer>;
  /** Rejects with what the server answers. */
  connect(as: Pick<SftpCustomer, 'accessKey' | 'secret'>, config?: ConnectConfig): Promise<TestClient>;
}

export interface SftpDoorOptions {
  readonly limits?: Partial<SftpLimits>;
  /** Puts other parts in the place of the usual ones. */
  readonly replace?: (deps: SftpDeps) => Partial<SftpDeps>;
}

export function connectTo(port: number, config: ConnectConfig): Promise<TestClient> {
  const client = new ssh2.Client();
  const closed = new Promise<void>((resolve) => client.once('close', () => resolve()));
  return new Promise((resolve, reject) => {
    // After the log-in an error is told by `closed`.
    client.on('error', reject);
    client.once('close', () => reject(new Error('the server closed the connection')));
    client.once('ready', () => {
      // The library writes a packet in two; the second would wait for the first to be acknowledged.
      client.setNoDelay(true);
      resolve({
        client,
        closed,
        sftp: () => new Promise((done, failed) => client.sftp((error, sftp) => (error ? failed(error) : done(sftp)))),
        raw: () =>
          new Promise((done, failed) =>
            client.subsys('sftp', (error, channel) => (error ? failed(error) : done(channel))),
          ),
        async [Symbol.asyncDispose]() {
          client.destroy();
          await closed;
        },
      });
    });
    client.connect({ host: '127.0.0.1', port, ...config });
  });
}

export async function sftpDoor({ limits = {}, replace = () => ({}) }: SftpDoorOptions = {}): Promise<SftpDoor> {
  const database = await testDatabase();
  const directory = await mkdtemp(join(tmpdir(), 'conveyance-sftp-'));
  const usual: SftpDeps = {
    db: database.db,
    store: createDiskStore({ root: directory }),
    secrets: createSecrets(oneKey(randomBytes(32))),
    clock: () => new Date(),
    log: silentLog,
  };
  const deps = { ...usual, ...replace(usual) };
  await database.db.warehouse.commit({ base: null, tables: {}, propertyIds: PropertyIdSet.of([99001416]) });
  const hostKeys = hostKeysOf(randomBytes(64));
  const server = new SftpServer({ deps, hostKeys: () => hostKeys, limits });
  await server.listen({ host: '127.0.0.1', port: 0 });
  const port = server.address?.port ?? 0;
  return {
    deps,
    port,
    server,
    async customer({ scopes = SCOPES } = {}) {
      const { id: accountId } = await database.db.accounts.create({ id: randomUUID(), name: 'Harbor', grants: 'all' });
      const { accessKey, secret } = await issueKey({ ...deps, ids: randomUUID }, { accountId, scopes });
      const credentialId = (await database.db.credentials.byAccessKey(accessKey))?.id ?? '';
      return { accountId, credentialId, accessKey, secret };
    },
    connect: ({ accessKey, secret }, config) => connectTo(port, { username: accessKey, password: secret, ...config }),
    async [Symbol.asyncDispose]() {
      await server.close(0);
      await database.close();
      await rm(directory, { recursive: true, force: true });
    },
  };
}
