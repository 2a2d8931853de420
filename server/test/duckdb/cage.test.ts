import { existsSync } from 'node:fs';
import { mkdir, readFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Cage } from '../../src/duckdb/child/cage.ts';
import { sourceFiles } from '../support/source-files.ts';
import { column, type EngineWorld, never, openEngineWorld } from './engine-world.ts';
import { storedPlan } from './plans.ts';
import { canSeeProcesses, processesNaming } from './processes.ts';

const CANARY = 'canary-6f1e2c';

let world: EngineWorld;
let allowed: string;
let canary: Server;
let visits = 0;
let port = 0;
/** As a child locks one for an order, in this process: an order that fails costs a child, and most statements here have to. */
let cage: Cage;

beforeAll(async () => {
  process.env['CONVEYANCE_CANARY'] = CANARY;
  world = await openEngineWorld();
  allowed = join(world.directory, 'allowed');
  await mkdir(allowed);
  await mkdir(join(world.directory, 'allowed-not'));
  await world.store('t/mine.parquet', 'SELECT 1::BIGINT AS id, 1::BIGINT AS property_id');
  await world.store('t/other.parquet', 'SELECT 2::BIGINT AS id, 2::BIGINT AS property_id');
  canary = createServer((socket) => {
    visits++;
    socket.destroy();
  });
  await new Promise<void>((resolve) => canary.listen(0, '127.0.0.1', resolve));
  const address = canary.address();
  port = typeof address === 'object' && address !== null ? address.port : 0;
  cage = await Cage.open();
  const settings = {
    memoryLimit: '512MB',
    threads: 2,
    partsAtATime: 2,
    partBytes: 2 ** 29,
    spillDirectory: world.spillDirectory,
    maxSpillBytes: null,
  };
  await cage.lock(settings, { files: [world.path('t/mine.parquet')], directories: [allowed] });
});
afterAll(async () => {
  cage.close();
  delete process.env['CONVEYANCE_CANARY'];
  await world.close();
  await new Promise((resolve) => canary.close(resolve));
});

function run(sql: string) {
  const tables = { t: { columns: [column('id', 'id')], files: sourceFiles('t/mine.parquet') } };
  return world.engine.run(
    { tables, inputs: {}, directories: [allowed], steps: [{ sql }] },
    { lane: 'load' },
    { signal: never },
  );
}

describe('what a job is given', () => {
  it('may read its own files', async () => {
    expect(await run('SELECT id FROM t')).toEqual([[{ id: 1 }]]);
  });

  it('may write and read in its directories', async () => {
    await run(`COPY (SELECT 'written' AS word) TO '${allowed}/out.csv' (FORMAT csv)`);
    expect(await readFile(join(allowed, 'out.csv'), 'utf8')).toBe('word\nwritten\n');
    expect(await run(`SELECT word FROM read_csv('${allowed}/out.csv')`)).toEqual([[{ word: 'written' }]]);
  });
});

describe('what a job is kept from', () => {
  /** By the cage. Returns what it says. */
  const refused = async (sql: string) => {
    const failure: unknown = await cage.session.execute(sql).catch((error: unknown) => error);
    expect(failure, sql).toBeInstanceOf(Error);
    return String(failure);
  };

  it('by the cage that a child makes for an order', async () => {
    for (const [sql, reason] of [
      [`SELECT * FROM read_text('/etc/passwd')`, /Permission Error/],
      [`SELECT * FROM read_csv('http://127.0.0.1:${port}/x.csv')`, /Permission Error|disabled/],
      ['SET enable_external_access = true', /locked/],
    ] as const) {
      const failure: unknown = await run(sql).catch((error: unknown) => error);
      expect(failure, sql).toMatchObject({ name: 'EngineError', kind: 'statement' });
      expect(String(failure instanceof Error && failure.cause)).toMatch(reason);
    }
    expect(visits).toBe(0);
    // Control: the one of this process lets through what it should.
    expect(
      await cage.session.execute(`COPY (FROM read_parquet('${world.path('t/mine.parquet')}')) TO '${allowed}/1.csv'`),
    ).toBe(1);
  });

  it.each([
    `SELECT * FROM read_text('/etc/passwd')`,
    `SELECT * FROM read_csv('/etc/passwd')`,
    `SELECT * FROM read_blob('/proc/self/environ')`,
    `SELECT * FROM glob('/etc/*')`,
    `SELECT * FROM '/etc/passwd'`,
    `COPY (SELECT 1) TO '/tmp/conveyance-escaped.csv'`,
    `ATTACH '/tmp/conveyance-escaped.db'`,
    `EXPORT DATABASE '/tmp/conveyance-escaped'`,
    `CREATE SECRET s (TYPE s3, KEY_ID 'a', SECRET 'b')`,
  ])('the rest of the file system: %s', async (sql) => {
    expect(await refused(sql)).toMatch(/Permission Error|disabled|does not exist/);
    expect(existsSync('/tmp/conveyance-escaped.csv') || existsSync('/tmp/conveyance-escaped.db')).toBe(false);
  });

  it('ways around its directories', async () => {
    for (const path of [
      `${allowed}/../escaped.csv`,
      `${allowed}-not/escaped.csv`,
      `file://${world.directory}/escaped.csv`,
    ]) {
      expect(await refused(`COPY (SELECT 1) TO '${path}'`)).toMatch(/Permission Error/);
    }
    expect(existsSync(join(world.directory, 'escaped.csv'))).toBe(false);
    expect(existsSync(`${allowed}-not/escaped.csv`)).toBe(false);
  });

  it('files of the warehouse that are not its own', async () => {
    expect(await refused(`SELECT * FROM read_parquet('${world.path('t/other.parquet')}')`)).toMatch(/Permission Error/);
  });

  it.each([
    `SELECT * FROM read_csv('http://127.0.0.1:PORT/x.csv')`,
    `SELECT * FROM read_parquet('https://127.0.0.1:PORT/x.parquet')`,
    `SELECT * FROM read_csv('s3://bucket/x.csv')`,
    `ATTACH 'host=127.0.0.1 port=PORT' AS pg (TYPE postgres)`,
    'INSTALL httpfs',
    'LOAD httpfs',
    `LOAD 'ALLOWED/x.duckdb_extension'`,
  ])('the network: %s', async (sql) => {
    await refused(sql.replace('PORT', String(port)).replace('ALLOWED', allowed));
    expect(visits).toBe(0);
  });

  it.each([
    'SET threads = 8',
    `SET memory_limit = '100GB'`,
    'SET enable_external_access = true',
    'SET lock_configuration = false',
    'RESET lock_configuration',
    `SET allowed_directories = ['/']`,
    `SET temp_directory = '/tmp'`,
    'SET autoinstall_known_extensions = true',
  ])('its settings: %s', async (sql) => {
    expect(await refused(sql)).toMatch(/locked|Cannot|cannot/);
  });

  it.runIf(canSeeProcesses)('the server’s environment', async () => {
    await run('SELECT 1');
    const pids = await processesNaming(world.spillDirectory);
    expect(pids.length).toBeGreaterThanOrEqual(2);
    for (const pid of pids) {
      const environment = await readFile(`/proc/${pid}/environ`, 'utf8');
      expect(environment).not.toContain(CANARY);
      expect(environment.split('\0').filter((line) => line !== '' && !line.startsWith('NODE_CHANNEL_'))).toEqual([]);
    }
  });
});

describe('an export', () => {
  it('may write its own file and no other', async () => {
    const sink = world.sink('csv');
    const plan = storedPlan([column('property_id', 'id')], ['t/mine.parquet']);
    expect(await world.engine.write(plan, [sink], { signal: never })).toEqual([1]);
    // The engine takes the name of a table that there is not for that of a file.
    const rows = { ...plan.rows, table: world.path('t/other.parquet') };
    const refused = world.engine.write({ ...plan, rows }, [world.sink('csv')], { signal: never });
    await expect(refused).rejects.toMatchObject({
      kind: 'statement',
      cause: expect.objectContaining({ message: expect.stringContaining('Permission') }),
    });
  });
});
