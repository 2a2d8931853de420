/**
 * The state of a job, twice: by a bare route that makes one prepared query, and by one that has the duties of ours written out by hand.
 * Arguments: the database's URL, the account, its token, the log's descriptor.
 */
import { createHash, randomUUID } from 'node:crypto';
import Fastify from 'fastify';
import pg from 'pg';
import { pino } from 'pino';

const [url = '', accountId = '', token = '', log = '2'] = process.argv.slice(2);

const QUERY = {
  name: 'status',
  text: `select jobs.*, ids.property_ids from jobs join job_property_ids ids on ids.account_id = jobs.account_id and ids.job_id = jobs.id
    where jobs.account_id = $1 and jobs.id = $2`,
};
const LIMIT = 100_000_000;
const MS_PER_MINUTE = 60_000;

const pool = new pg.Pool({ connectionString: url, max: 7 });
const logger = pino(pino.destination({ dest: Number(log), sync: true }));
const app = Fastify();

/** The bytes are ids' differences as our server packs them; a peer would have an array, which is made of three numbers. */
function rendered(row: Readonly<Record<string, unknown>>, ids: readonly number[]): string {
  return JSON.stringify({
    job_id: row['id'],
    status: row['status'],
    report_type: row['report_type'],
    output_format: row['output_format'],
    start_date: row['start_date'],
    end_date: row['end_date'],
    columns: row['columns'],
    compression: row['compression'],
    csv_profile: row['csv_profile'],
    name: row['name'],
    created_at: row['created_at'],
    updated_at: row['updated_at'],
    progress: { phase: row['phase'], rows_written: row['rows_written'], rows_total: row['rows_total'] },
    data_version: row['data_version'],
    expires_at: row['expires_at'],
    result: row['results'],
    error_code: row['failure_code'],
    warnings: row['warnings'],
    property_ids: ids,
  });
}

app.get('/bare/:id', async (request) => {
  const { id } = request.params as { readonly id: string };
  const { rows } = await pool.query({ ...QUERY, values: [accountId, id] });
  return rows[0];
});

/** By the hash of the token; as long as it is believed. */
const callers = new Map<string, { readonly accountId: string; readonly until: number }>();
const counts = new Map<string, { readonly window: number; taken: number }>();

function callerOf(authorization: string | undefined): string | null {
  const hash = createHash('sha256')
    .update(authorization?.slice('Bearer '.length) ?? '')
    .digest('hex');
  const known = callers.get(hash);
  if (known !== undefined && known.until > Date.now()) return known.accountId;
  if (authorization !== `Bearer ${token}`) return null;
  callers.set(hash, { accountId, until: Date.now() + 3000 });
  return accountId;
}

function count(account: string): { readonly remaining: number; readonly resetMs: number } {
  const window = Math.floor(Date.now() / MS_PER_MINUTE);
  const known = counts.get(account);
  const counted = known?.window === window ? known : { window, taken: 0 };
  counted.taken += 1;
  counts.set(account, counted);
  return { remaining: LIMIT - counted.taken, resetMs: (window + 1) * MS_PER_MINUTE - Date.now() };
}

app.get('/by-hand/:id', async (request, reply) => {
  const caller = callerOf(request.headers.authorization);
  if (caller === null) return reply.code(401).send({ error: 'unauthorized' });
  const requestId = randomUUID();
  const { remaining, resetMs } = count(caller);
  const { id } = request.params as { readonly id: string };
  const { rows } = await pool.query({ ...QUERY, values: [caller, id] });
  const [row] = rows;
  reply.headers({
    'x-request-id': requestId,
    'x-ratelimit-limit': LIMIT,
    'x-ratelimit-remaining': remaining,
    'x-ratelimit-reset': Math.ceil((Date.now() + resetMs) / 1000),
    'x-ratelimit-reset-after': Math.ceil(resetMs / 1000),
    'cache-control': 'no-store',
    'content-security-policy': "default-src 'none';frame-ancestors 'none'",
    'x-content-type-options': 'nosniff',
    'x-frame-options': 'SAMEORIGIN',
    'referrer-policy': 'no-referrer',
    'content-type': 'application/json; charset=utf-8',
  });
  logger.info(
    { requestId, method: 'GET', route: '/by-hand/:id', status: 200, ms: Math.round(reply.elapsedTime) },
    'request',
  );
  return rendered(row, [1, 2, 3]);
});

process.once('disconnect', () => process.exit(0));
process.send?.(await app.listen({ host: '127.0.0.1', port: 0 }));
