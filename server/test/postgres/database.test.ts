import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DEFAULT_FILE_OPTIONS } from '../../src/core/job.ts';
import type { Logger } from '../../src/core/ports/logger.ts';
import { judgeServer } from '../../src/postgres/connection/check-server.ts';
import { openDatabase } from '../../src/postgres/database.ts';
import { MIGRATIONS } from '../../src/postgres/migrations/index.ts';
import { eventually, TERMS, World } from '../contract/database-world.ts';
import { emptyDatabase, silentLog, type TestDatabase, testDatabase, withClient } from '../support/postgres.ts';
import { otherProcess } from './other-process.ts';

const SAFE = {
  server_version_num: '180004',
  server_version: '18.4',
  fsync: 'on',
  full_page_writes: 'on',
  synchronous_commit: 'on',
};

function open(url: string, log: Logger = silentLog) {
  return openDatabase({ url, log, applicationName: 'test' });
}

describe('judging the server', () => {
  const judge = (changes: Record<string, string>) => () =>
    judgeServer(new Map(Object.entries({ ...SAFE, ...changes })));

  it.each(['on', 'local', 'remote_write', 'remote_apply'])('takes synchronous_commit = %s', (synchronous_commit) => {
    expect(judge({ synchronous_commit })).not.toThrow();
  });

  it.each(['fsync', 'full_page_writes', 'synchronous_commit'])('refuses %s = off by name', (setting) => {
    expect(judge({ [setting]: 'off' })).toThrow(
      expect.objectContaining({ code: 'unsafe_database', message: expect.stringContaining(`${setting} is off`) }),
    );
  });

  it('refuses a server older than 14 and takes 14', () => {
    expect(judge({ server_version_num: '140000', server_version: '14.0' })).not.toThrow();
    expect(judge({ server_version_num: '130012', server_version: '13.12' })).toThrow(
      expect.objectContaining({ code: 'bad_setting', message: expect.stringContaining('PostgreSQL 13.12') }),
    );
  });
});

describe('opening a database', () => {
  it('refuses one whose own setting is unsafe, and leaves no connection', async () => {
    const { url, close } = await emptyDatabase();
    const name = new URL(url).pathname.slice(1);
    await withClient(url, (client) => client.query(`alter database ${name} set synchronous_commit = off`));
    await expect(open(url)).rejects.toMatchObject({ code: 'unsafe_database' });
    await withClient(url, async (client) => {
      const sessions = async () => {
        const { rowCount } = await client.query('select from pg_stat_activity where datname = current_database()');
        return rowCount;
      };
      await eventually(async () => (await sessions()) === 1, 'the refused sessions to end');
    });
    await close();
  });

  it('says what is wrong with a URL that nobody can use', async () => {
    const { url, close } = await emptyDatabase();
    const wrong = new URL(url);
    wrong.password = 'wrong';
    await expect(open(wrong.href)).rejects.toMatchObject({ code: 'bad_setting' });
    wrong.href = `${url}_absent`;
    await expect(open(wrong.href)).rejects.toMatchObject({ code: 'bad_setting' });
    await close();
  });

  it('refuses one that a newer version migrated', async () => {
    const { url, close } = await testDatabase();
    await withClient(url, (client) =>
      client.query("insert into conveyance_migrations (name, timestamp) values ('9999-later', 'then')"),
    );
    await expect(open(url)).rejects.toMatchObject({
      code: 'bad_setting',
      message: expect.stringContaining('9999-later'),
    });
    await close();
  });

  it('reads a job of before requests had options as one that chose nothing', async () => {
    const { db, url, close } = await testDatabase();
    const world = new World(db);
    await world.prepare();
    const job = await world.insertJob();
    const columns =
      'account_id, report_type, output_format, start_date, end_date, property_count, credential_id, data_version';
    await withClient(url, (client) =>
      client.query(`insert into jobs (id, ${columns}) select gen_random_uuid(), ${columns} from jobs`),
    );
    const { items } = await db.jobs.list(job.accountId, { page: 1, perPage: 10 });
    expect(items).toHaveLength(2);
    for (const { spec } of items) expect(spec).toMatchObject(DEFAULT_FILE_OPTIONS);
    await close();
  });

  it('migrates once when two processes and we open it at the same time', async () => {
    const { url, close } = await emptyDatabase();
    const migrated: unknown[] = [];
    const log: Logger = {
      ...silentLog,
      info: (event, fields) => event === 'database-migrated' && migrated.push(fields),
    };
    const others = [otherProcess(['database', url]), otherProcess(['database', url])];
    const [first, second] = await Promise.all([open(url, log), open(url, log), ...others.map((other) => other.next())]);
    const { rows } = await withClient(url, (client) =>
      client.query<{ name: string }>('select name from conveyance_migrations order by name'),
    );
    expect(rows.map(({ name }) => name)).toEqual(Object.keys(MIGRATIONS));
    expect(migrated.length).toBeLessThanOrEqual(1);
    for (const other of others) other.tell('close');
    expect(await Promise.all(others.map(({ ended }) => ended))).toEqual([0, 0]);
    await first.close();
    await second.close();
    await close();
  });
});

describe('an open database', () => {
  let subject: TestDatabase;
  let world: World;

  beforeAll(async () => {
    subject = await testDatabase();
    world = new World(subject.db);
    await world.prepare();
  });
  afterAll(() => subject.close());

  function terminateSessions(): Promise<unknown> {
    return withClient(subject.url, (client) =>
      client.query(
        'select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()',
      ),
    );
  }

  it('tells another process of tasks and endings', async () => {
    const other = otherProcess(['database', subject.url]);
    await other.next();
    const job = await world.submit();
    expect(await other.next()).toEqual({ topic: 'task-ready' });
    await world.db.jobs.finish(job, { outcome: 'cancelled' });
    expect(await other.next()).toEqual({ topic: 'job-finished', payload: job.id });
    other.tell('close');
    expect(await other.ended).toBe(0);
  });

  it('listens again after its connections were cut, and tells subscribers to look', async () => {
    let ready = 0;
    let missed = 0;
    const finished: string[] = [];
    const stops = [
      world.db.subscribe('task-ready', () => {
        ready += 1;
      }),
      world.db.subscribe('job-finished', (id) => finished.push(id)),
      world.db.subscribe('job-changed', (payload) => {
        if (payload === '') missed += 1;
      }),
    ];
    await terminateSessions();
    await eventually(() => ready > 0, 'the signal to look for tasks');
    // Once when the connection was lost, once when it was back.
    expect(missed).toBe(2);
    const job = await world.insertJob();
    await world.db.jobs.finish(job, { outcome: 'cancelled' });
    await eventually(() => finished.includes(job.id), 'a message over the new connection');
    for (const stop of stops) stop();
  });

  it('survives the loss of a session in the middle of a transaction', async () => {
    const owner = await world.account();
    const job = world.newJob(owner);
    const broken = world.db.transaction(async (tx) => {
      await tx.jobs.insert(job);
      await terminateSessions();
      await tx.queue.enqueue({ kind: 'run-job', job });
    });
    await expect(broken).rejects.toThrow();
    expect(await world.db.jobs.get(job)).toBeNull();
    await world.db.jobs.insert(job);
  });

  it('frees the claim lock of a process that stopped in its transaction', async () => {
    await world.emptyQueue();
    await world.submit();
    let claimed = false;
    const stuck = world.db.transaction(async (tx) => {
      await tx.queue.claim(TERMS);
      await eventually(async () => {
        claimed ||= (await world.db.queue.claim(TERMS)) !== null;
        return claimed;
      }, 'the stuck claim to be undone');
    });
    await expect(stuck).rejects.toThrow();
    expect(claimed).toBe(true);
  }, 40_000);
});
