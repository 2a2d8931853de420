/** The program as a user with data runs it: on its own directory, with its own PostgreSQL. */
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { createApp } from '../../server/dist/app.js';
import { readSettings } from '../../server/dist/config.js';
import { PURPOSES } from '../../server/dist/core/keyring/purposes.js';
import { SUPERUSER } from '../../server/dist/postgres/embedded/cluster.js';
import { deriveKey, readMasterKey } from '../../server/dist/storage/master-key.js';

/** Public: what it protects is invented. */
export const MASTER_KEY = 'the master key of releases’ data, which protects nothing';

const PROGRAM = fileURLToPath(new URL('../../server/dist/main.js', import.meta.url));

function environment(dataDir: string): Record<string, string> {
  return {
    CONVEYANCE_DATA_DIR: dataDir,
    CONVEYANCE_MASTER_KEY: MASTER_KEY,
    CONVEYANCE_PORT: '0',
    CONVEYANCE_LOG_LEVEL: 'silent',
    CONVEYANCE_DRAIN_SECONDS: '0',
    CONVEYANCE_CALLBACK_ALLOW: '127.0.0.1',
    CONVEYANCE_WEBHOOK_SCHEDULE: '0,1',
  };
}

export interface RunningProgram {
  readonly url: string;
  readonly databaseUrl: string;
  /** The same database for the cluster's superuser, who can make another. */
  readonly superuserUrl: string;
  stop(): Promise<void>;
}

/** As `api` it accepts jobs and runs none. */
export async function startProgram(dataDir: string, role: 'all' | 'api'): Promise<RunningProgram> {
  const app = await createApp(readSettings({ ...environment(dataDir), CONVEYANCE_ROLE: role }));
  await app.start();
  if (app.embedded === null) throw new Error('the program runs on another database than its own');
  const superuser = new URL(app.embedded.url);
  superuser.username = SUPERUSER;
  const masterKey = await readMasterKey({ setting: MASTER_KEY, dataDir, allowFile: false });
  // As the first start has it.
  superuser.password = Buffer.from(deriveKey(masterKey, PURPOSES.database.derivedFrom[0])).toString('base64url');
  return { url: app.url, databaseUrl: app.embedded.url, superuserUrl: superuser.href, stop: () => app.stop() };
}

/** Runs an operator's command; resolves with what it prints. */
export async function operate(dataDir: string, ...words: readonly string[]): Promise<Record<string, string>> {
  const env = { ...process.env, ...environment(dataDir) };
  const { stdout } = await promisify(execFile)(process.execPath, [PROGRAM, ...words, '--json'], { env });
  return JSON.parse(stdout);
}
