/** The filters of the running server, taken away one at a time: what the matrix must then report. */
import { randomUUID } from 'node:crypto';
import { vi } from 'vitest';
import { OPERATORS_ACCOUNT, SCOPES } from '../../src/core/access.ts';
import type { JobKey } from '../../src/core/job.ts';
import type { Tables } from '../../src/core/ports/database/database.ts';
import { otherOf, type World } from './access-world.ts';

export interface Control {
  /** What the server then does. */
  readonly fault: string;
  /** The rows that must see it, under the shorter prefix. */
  readonly seenBy: readonly string[];
  /** Until the mocks are restored. */
  readonly apply: (world: World) => void | Promise<void>;
}

const BASE = '/api/v1';
const JOB = `${BASE}/bulk_api/jobs/:job_id`;
const SCHEDULE = `${BASE}/bulk_api/schedules/:schedule_id`;
const DELIVERY = `${BASE}/webhook_deliveries/:delivery_id`;

function depsOf({ app }: World) {
  return app.app.deps;
}

function otherAccount(world: World, accountId: string): string {
  return otherOf(world, { id: accountId }).id;
}

/** Whoever has just called is believed for a while to be who he was, unless word comes that somebody’s credential or session has ended. */
export async function forgetCallers(world: World): Promise<void> {
  const { db } = depsOf(world);
  for (const topic of ['credential-revoked', 'session-ended'] as const) {
    const id = randomUUID();
    // The server listens for longer than we do, and is told first.
    const told = new Promise<void>((resolve) => {
      const release = db.subscribe(topic, (payload) => {
        if (payload !== id) return;
        release();
        resolve();
      });
    });
    await world.query('select pg_notify($1, $2)', topic, id);
    await told;
  }
}

type Owned = 'jobs' | 'deliveries' | 'schedules';

/** The key under which the row really is, whoever asks for it. */
async function realKey({ query }: World, table: Owned, { id, accountId }: JobKey): Promise<JobKey> {
  const [row] = await query<{ owner: string }>(`select account_id::text as owner from ${table} where id = $1`, id);
  return { accountId: row?.owner ?? accountId, id };
}

function readAnyJob(world: World): void {
  const { jobs } = depsOf(world).db;
  const [get, show, propertyIds] = [jobs.get.bind(jobs), jobs.show.bind(jobs), jobs.propertyIds.bind(jobs)];
  vi.spyOn(jobs, 'get').mockImplementation(async (key) => get(await realKey(world, 'jobs', key)));
  vi.spyOn(jobs, 'show').mockImplementation(async (key, mostIds) => show(await realKey(world, 'jobs', key), mostIds));
  vi.spyOn(jobs, 'propertyIds').mockImplementation(async (key) => propertyIds(await realKey(world, 'jobs', key)));
}

/** The object as it is, but for these. */
function withChanges<Whole extends object>(whole: Whole, changes: Partial<Whole>): Whole {
  return new Proxy(whole, {
    get: (target, name) => {
      const value = Reflect.get(name in changes ? changes : target, name);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
}

export const CONTROLS: readonly Control[] = [
  {
    fault: 'reads a job without its owner',
    seenBy: [
      `GET ${JOB}`,
      `GET ${JOB}/results`,
      `GET ${JOB}/manifest`,
      `GET ${JOB}/summary`,
      `GET ${JOB}/events`,
      `HEAD ${JOB}`,
    ],
    apply: readAnyJob,
  },
  {
    fault: 'looks further when the job is another’s, and says nothing of it',
    seenBy: [`GET ${JOB}`, `GET ${JOB}/results`, `GET ${JOB}/events`],
    apply(world) {
      const { jobs } = depsOf(world).db;
      const get = jobs.get.bind(jobs);
      vi.spyOn(jobs, 'get').mockImplementation(async (key) => {
        const real = { accountId: otherAccount(world, key.accountId), id: key.id };
        const found = await get(key);
        if (found === null && (await get(real)) !== null) await get(real);
        return found;
      });
      const show = jobs.show.bind(jobs);
      vi.spyOn(jobs, 'show').mockImplementation(async (key, mostIds) => {
        const real = { accountId: otherAccount(world, key.accountId), id: key.id };
        const found = await show(key, mostIds);
        if (found === null && (await get(real)) !== null) await get(real);
        return found;
      });
    },
  },
  {
    fault: 'takes the batch jobs of an account for those of each of its keys',
    seenBy: ['GET /v2/jobs/file', 'GET /v2/jobs/file/:job_id'],
    apply(world) {
      const { db } = depsOf(world);
      const list = db.jobs.listFileJobs.bind(db.jobs);
      vi.spyOn(db.jobs, 'visibleTo').mockImplementation(({ accountId }, id) => db.jobs.get({ accountId, id }));
      vi.spyOn(db.jobs, 'listFileJobs').mockImplementation(async (request) => {
        const own = await list(request);
        return { ...own, count: own.count + 1 };
      });
    },
  },
  {
    fault: 'lists the jobs of others',
    seenBy: [`GET ${BASE}/bulk_api/jobs`],
    apply(world) {
      const { jobs } = depsOf(world).db;
      const list = jobs.list.bind(jobs);
      vi.spyOn(jobs, 'list').mockImplementation((id, page) => list(otherAccount(world, id), page));
    },
  },
  {
    fault: 'counts the jobs of others',
    seenBy: [`GET ${BASE}/bulk_api/jobs`],
    apply(world) {
      const { jobs } = depsOf(world).db;
      const list = jobs.list.bind(jobs);
      vi.spyOn(jobs, 'list').mockImplementation(async (id, page) => {
        const [own, others] = [await list(id, page), await list(otherAccount(world, id), page)];
        return { ...own, totalCount: own.totalCount + others.totalCount };
      });
    },
  },
  {
    fault: 'counts what waits in other accounts',
    seenBy: [`GET ${JOB}`],
    apply(world) {
      const { queue, jobs } = depsOf(world).db;
      const show = jobs.show.bind(jobs);
      vi.spyOn(jobs, 'show').mockImplementation(async (key, mostIds) => {
        const shown = await show(key, mostIds);
        return shown && { ...shown, queuePosition: shown.queuePosition === null ? null : shown.queuePosition + 3 };
      });
      const positions = queue.positions.bind(queue);
      vi.spyOn(queue, 'positions').mockImplementation(async (id, jobIds) => {
        const own = await positions(id, jobIds);
        return new Map([...own].map(([jobId, position]) => [jobId, position + 3]));
      });
    },
  },
  {
    fault: 'ends a job without its owner',
    seenBy: [`DELETE ${JOB}`],
    apply(world) {
      const { db } = depsOf(world);
      const transaction = db.transaction.bind(db);
      vi.spyOn(db, 'transaction').mockImplementation((work) =>
        transaction((tables) => {
          const finish: Tables['jobs']['finish'] = async (key, ending) =>
            tables.jobs.finish(await realKey(world, 'jobs', key), ending);
          const get: Tables['jobs']['get'] = async (key) => tables.jobs.get(await realKey(world, 'jobs', key));
          return work(withChanges(tables, { jobs: withChanges(tables.jobs, { get, finish }) }));
        }),
      );
    },
  },
  {
    fault: 'tells everybody’s changes',
    seenBy: [`GET ${BASE}/bulk_api/events`],
    apply(world) {
      readAnyJob(world);
      const { jobs } = depsOf(world).db;
      const changed = jobs.changedSince.bind(jobs);
      vi.spyOn(jobs, 'changedSince').mockImplementation(async (id, since) => [
        ...(await changed(otherAccount(world, id), since)),
        ...(await changed(id, since)),
      ]);
    },
  },
  {
    fault: 'reads and sends any delivery',
    seenBy: [`GET ${DELIVERY}`, `POST ${DELIVERY}/redeliver`],
    apply(world) {
      const { deliveries } = depsOf(world).db;
      const [get, redeliver] = [deliveries.get.bind(deliveries), deliveries.redeliver.bind(deliveries)];
      vi.spyOn(deliveries, 'get').mockImplementation(async (key) => get(await realKey(world, 'deliveries', key)));
      vi.spyOn(deliveries, 'redeliver').mockImplementation(async (key) =>
        redeliver(await realKey(world, 'deliveries', key)),
      );
    },
  },
  {
    fault: 'reads and changes any schedule',
    seenBy: [`GET ${SCHEDULE}`, `GET ${SCHEDULE}/runs`, `POST ${SCHEDULE}/pause`, `DELETE ${SCHEDULE}`],
    apply(world) {
      const { schedules } = depsOf(world).db;
      const original = {
        get: schedules.get.bind(schedules),
        propertyIds: schedules.propertyIds.bind(schedules),
        pause: schedules.pause.bind(schedules),
        delete: schedules.delete.bind(schedules),
      };
      const real = (key: JobKey) => realKey(world, 'schedules', key);
      vi.spyOn(schedules, 'get').mockImplementation(async (key) => original.get(await real(key)));
      vi.spyOn(schedules, 'propertyIds').mockImplementation(async (key) => original.propertyIds(await real(key)));
      vi.spyOn(schedules, 'pause').mockImplementation(async (key) => original.pause(await real(key)));
      vi.spyOn(schedules, 'delete').mockImplementation(async (key) => original.delete(await real(key)));
    },
  },
  {
    fault: 'lists the deliveries of others',
    seenBy: [`GET ${BASE}/webhook_deliveries`],
    apply(world) {
      const { deliveries } = depsOf(world).db;
      const list = deliveries.list.bind(deliveries);
      vi.spyOn(deliveries, 'list').mockImplementation((id, ...rest) => list(otherAccount(world, id), ...rest));
    },
  },
  {
    fault: 'tells the usage of others',
    seenBy: [`GET ${BASE}/usage`],
    apply(world) {
      const { quota } = depsOf(world).db;
      const usage = quota.usage.bind(quota);
      vi.spyOn(quota, 'usage').mockImplementation((id, month) => usage(otherAccount(world, id), month));
    },
  },
  {
    fault: 'grants every property',
    seenBy: [
      ...[`POST ${BASE}/bulk_api/jobs`, `POST ${BASE}/bulk_api/jobs/estimate`, `POST ${BASE}/bulk_api/schedules`],
      ...[`GET ${BASE}/properties/lookup`, 'GET /v2/property/:property_id', 'POST /v2/search/summaries'],
      ...['POST /v2/jobs/file', 'POST /v2/resolve/property'],
    ],
    apply: (world) => void vi.spyOn(depsOf(world).db.accounts, 'grants').mockResolvedValue('all'),
  },
  {
    fault: 'names another account',
    seenBy: [`GET ${BASE}/accounts`],
    apply(world) {
      const { accounts } = depsOf(world).db;
      const get = accounts.get.bind(accounts);
      vi.spyOn(accounts, 'get').mockImplementation((id) => get(otherAccount(world, id)));
    },
  },
  {
    fault: 'signs with one secret for all',
    seenBy: [`GET ${BASE}/webhooks/secret`],
    apply(world) {
      const { db, vault } = depsOf(world);
      const [live, open] = [db.webhookSecrets.live.bind(db.webhookSecrets), vault.open.bind(vault)];
      vi.spyOn(db.webhookSecrets, 'live').mockImplementation((id) => live(otherAccount(world, id)));
      vi.spyOn(vault, 'open').mockImplementation((sealed, id) => {
        try {
          return open(sealed, id);
        } catch {
          return open(sealed, otherAccount(world, id));
        }
      });
    },
  },
  {
    fault: 'takes a key of idempotency from any account',
    seenBy: [`POST ${BASE}/bulk_api/jobs`],
    apply(world) {
      const { idempotency } = depsOf(world).db;
      readAnyJob(world);
      const find = idempotency.find.bind(idempotency);
      vi.spyOn(idempotency, 'find').mockImplementation(({ accountId, key }) =>
        find({ accountId: otherAccount(world, accountId), key }),
      );
    },
  },
  {
    fault: 'gives every personal token all scopes',
    seenBy: [
      `GET ${BASE}/usage`,
      `POST ${BASE}/webhooks/secret/rotate`,
      `GET ${BASE}/properties/lookup`,
      `HEAD ${JOB}`,
    ],
    async apply(world) {
      await forgetCallers(world);
      const { credentials } = depsOf(world).db;
      const byTokenHash = credentials.byTokenHash.bind(credentials);
      vi.spyOn(credentials, 'byTokenHash').mockImplementation(async (hash) => {
        const stored = await byTokenHash(hash);
        return stored && { ...stored, scopes: SCOPES };
      });
    },
  },
  {
    fault: 'lists the keys of others',
    seenBy: [`GET ${BASE}/keys`],
    apply(world) {
      const { credentials } = depsOf(world).db;
      const list = credentials.listPrograms.bind(credentials);
      vi.spyOn(credentials, 'listPrograms').mockImplementation((id, limit) => list(otherAccount(world, id), limit));
    },
  },
  {
    fault: 'rotates and revokes any key',
    seenBy: [`POST ${BASE}/keys/:credential_id/rotate`, `DELETE ${BASE}/keys/:credential_id`],
    apply(world) {
      const { credentials } = depsOf(world).db;
      vi.spyOn(credentials, 'program').mockImplementation((_account, id) => credentials.byId(id));
    },
  },
  {
    fault: 'gives every session all scopes',
    seenBy: [
      `GET ${BASE}/usage`,
      `POST ${BASE}/webhooks/secret/rotate`,
      `DELETE ${JOB}`,
      `GET ${BASE}/keys`,
      'GET /v2/jobs/file',
    ],
    async apply(world) {
      await forgetCallers(world);
      const { sessions } = depsOf(world).db;
      const byTokenHash = sessions.byTokenHash.bind(sessions);
      vi.spyOn(sessions, 'byTokenHash').mockImplementation(async (hash, now) => {
        const found = await byTokenHash(hash, now);
        return found && { ...found, credential: { ...found.credential, scopes: SCOPES } };
      });
    },
  },
  {
    fault: 'believes a session of a revoked credential',
    seenBy: [`GET ${BASE}/accounts`, 'GET /v2/users/me', 'GET /console/session', 'GET /console/sessions'],
    async apply(world) {
      await forgetCallers(world);
      const { sessions } = depsOf(world).db;
      const byTokenHash = sessions.byTokenHash.bind(sessions);
      vi.spyOn(sessions, 'byTokenHash').mockImplementation(async (hash, now) => {
        const found = await byTokenHash(hash, now);
        return found && { ...found, credential: { ...found.credential, revokedAt: null } };
      });
    },
  },
  {
    fault: 'ends any session',
    seenBy: ['DELETE /console/sessions/:session_id'],
    apply(world) {
      const { db } = depsOf(world);
      const transaction = db.transaction.bind(db);
      vi.spyOn(db, 'transaction').mockImplementation((work) =>
        transaction((tables) => {
          const end: Tables['sessions']['end'] = async () => true;
          return work(withChanges(tables, { sessions: withChanges(tables.sessions, { end }) }));
        }),
      );
    },
  },
  {
    fault: 'forgets that a credential was revoked',
    seenBy: [`GET ${BASE}/accounts`, `GET ${BASE}/bulk_api/report_types`, 'POST /oauth/token'],
    apply(world) {
      const { credentials } = depsOf(world).db;
      const [byTokenHash, byAccessKey] = [
        credentials.byTokenHash.bind(credentials),
        credentials.byAccessKey.bind(credentials),
      ];
      vi.spyOn(credentials, 'byTokenHash').mockImplementation(async (hash) => {
        const stored = await byTokenHash(hash);
        return stored && { ...stored, revokedAt: null };
      });
      vi.spyOn(credentials, 'byAccessKey').mockImplementation(async (key) => {
        const stored = await byAccessKey(key);
        return stored && { ...stored, revokedAt: null };
      });
    },
  },
  {
    fault: 'takes whoever has the scope for an operator',
    seenBy: ['GET /admin/v1/accounts', 'GET /admin/v1/jobs', 'GET /admin/v1/system'],
    async apply(world) {
      await forgetCallers(world);
      const { credentials } = depsOf(world).db;
      const byTokenHash = credentials.byTokenHash.bind(credentials);
      vi.spyOn(credentials, 'byTokenHash').mockImplementation(async (hash) => {
        const stored = await byTokenHash(hash);
        return stored && { ...stored, accountId: OPERATORS_ACCOUNT };
      });
    },
  },
  {
    fault: 'does not write down what operators look at',
    seenBy: ['GET /admin/v1/jobs/:job_id', 'GET /admin/v1/accounts/:account_id'],
    async apply(world) {
      await world.query('alter table audit_log disable trigger all');
      await world.query(`delete from audit_log where event = 'operator-looked'`);
      await world.query('alter table audit_log enable trigger all');
      vi.spyOn(depsOf(world).db.audit, 'append').mockResolvedValue();
    },
  },
  {
    fault: 'opens a file without looking at the signature',
    seenBy: ['GET /files/*', 'HEAD /files/*'],
    apply(world) {
      vi.spyOn(depsOf(world).links, 'verify').mockImplementation(({ path, query }) => ({
        key: path.replace('/files/', ''),
        filename: String(query['filename']),
        epoch: 0,
      }));
    },
  },
];
