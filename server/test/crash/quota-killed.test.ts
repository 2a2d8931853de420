/**
 * Never over-granted, whoever dies: clients of two servers race for the last properties of a quota while the servers are killed, and
 * what was granted is exactly what was left. Control: the same servers without the lock on the account's month grant more.
 */

import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { readSettings } from '../../src/config.ts';
import { DEFAULT_SCOPES } from '../../src/core/access.ts';
import { PropertyIdSet } from '../../src/core/ids/property-ids.ts';
import { issueToken } from '../../src/core/logins/credentials.ts';
import { openDeps } from '../../src/deps.ts';
import { emptyDatabase } from '../support/postgres.ts';
import { type Answer, Fleet } from './api-fleet.ts';
import { type Audit, auditQuota } from './quota-ledger.ts';

const RACERS = 200;
/** Until the next try of a request that found its account’s places to wait taken. */
const TURN_MS = 400;
const ROUNDS = 6;
const LIMIT = 60;
/** Over three blocks of the ledger. */
const KNOWN = Array.from({ length: RACERS * ROUNDS }, (_, index) => 99_000_000 + index * 113);
const BOTH = [0, 1];
const FAULT = join(import.meta.dirname, 'without-row-lock.mjs');
const MOST_TRIES = 20;
const TIMEOUT_MS = 240_000;

let dataDir: string;
let database: Awaited<ReturnType<typeof emptyDatabase>>;
let environment: Record<string, string>;

beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'conveyance-quota-'));
  database = await emptyDatabase('test_template');
  environment = {
    CONVEYANCE_DATA_DIR: dataDir,
    CONVEYANCE_MASTER_KEY: 'a master key that only tests know about',
    CONVEYANCE_LOG_LEVEL: 'error',
    CONVEYANCE_RATE_LIMIT_PER_MINUTE: '0',
    DATABASE_URL: database.url,
  };
});
afterAll(async () => {
  await database.close();
  await rm(dataDir, { recursive: true, force: true });
});

/** An account with the limit, two servers that run, and how the account stands. */
async function openRace({ preload }: { readonly preload?: string } = {}) {
  const settings = readSettings(environment);
  const { deps, close } = await openDeps(settings, { publicUrl: 'http://127.0.0.1', exportChildren: 0 });
  try {
    const { warehouse, accounts, quota } = deps.db;
    if ((await warehouse.current()) === null) {
      await warehouse.commit({ base: null, tables: {}, propertyIds: PropertyIdSet.of(KNOWN) });
    }
    const { id } = await accounts.create({ id: randomUUID(), name: 'Racer', grants: 'all' });
    await quota.setLimit(id, LIMIT);
    const token = await issueToken(deps, { accountId: id, scopes: DEFAULT_SCOPES });
    const fleet = new Fleet({ size: BOTH.length, environment, ...(preload !== undefined && { preload }) });
    onTestFinished(() => fleet.killAll());
    await fleet.start();
    return { fleet, token, audit: () => auditQuota(database.url, id) };
  } finally {
    await close();
  }
}

type Race = Awaited<ReturnType<typeof openRace>>;

/** A client that wants a job. Every second one gives its request a key, so that sending it again is no new request. */
interface Racer {
  readonly propertyId: number;
  readonly idempotencyKey: string | null;
  answer: Answer | null;
}

function newRacers(round: number): readonly Racer[] {
  return KNOWN.slice(round * RACERS, (round + 1) * RACERS).map((propertyId, index) => ({
    propertyId,
    idempotencyKey: index % 4 < 2 ? randomUUID() : null,
    answer: null,
  }));
}

function create({ fleet, token }: Race, server: number, { propertyId, idempotencyKey }: Racer) {
  const body = {
    report_type: 'property',
    output_format: 'csv',
    start_date: '2026-01-01',
    end_date: '2026-01-31',
    property_ids: [propertyId],
  };
  return fleet.ask(server, '/bulk_api/jobs', { method: 'POST', token, body, idempotencyKey });
}

/** Whoever is told that it is not his turn asks again, as he is told to. */
async function createInTurn(race: Race, server: number, racer: Racer): Promise<Answer | null> {
  for (;;) {
    const answer = await create(race, server, racer);
    if (answer?.status !== 429 || 'quota_limit' in answer.body) return answer;
    await delay(TURN_MS);
  }
}

/** All that have no answer ask at once. @param onAnswer gets how many have come. @returns how many stay without one. */
async function ask(race: Race, racers: readonly Racer[], onAnswer: (answers: number) => void): Promise<number> {
  let answers = 0;
  const asking = racers.filter(({ answer }) => answer === null);
  await Promise.all(
    asking.map(async (racer, index) => {
      racer.answer = await createInTurn(race, index, racer);
      if (racer.answer !== null) onAnswer(++answers);
    }),
  );
  return asking.length - answers;
}

function jobIds(racers: readonly Racer[]): ReadonlySet<string> {
  return new Set(racers.flatMap(({ answer }) => (answer?.status === 200 ? [String(answer.body.job_id)] : [])));
}

/** Those that asked and were refused were told why. Returns how many. */
function refusals(racers: readonly Racer[]): number {
  const refused = racers.flatMap(({ answer }) => (answer === null || answer.status === 200 ? [] : [answer]));
  for (const answer of refused) expect(answer).toMatchObject({ status: 429, body: { quota_limit: LIMIT } });
  return refused.length;
}

/** What is cancelled is given back, also when the server dies that was asked to; asking again is harmless. */
async function cancelSome(race: Race, count: number, doomed: number): Promise<void> {
  const { fleet, token } = race;
  const list = await fleet.ask(0, '/bulk_api/jobs?per_page=100', { token });
  const jobs: { job_id: string; status: string }[] = list?.body.jobs;
  const paths = jobs.flatMap(({ job_id: id, status }) => (status === 'submitted' ? [`/bulk_api/jobs/${id}`] : []));
  const chosen = paths.slice(0, count);
  let killing: Promise<void> | undefined;
  await Promise.all(
    chosen.map(async (path, index) => {
      await fleet.ask(index, path, { method: 'DELETE', token });
      killing ??= fleet.kill(doomed);
    }),
  );
  await killing;
  expect((await race.audit()).problems).toEqual([]);
  await fleet.start();
  for (const path of chosen) {
    expect(await fleet.ask(0, path, { method: 'DELETE', token })).toMatchObject({ body: { status: 'cancelled' } });
  }
}

/** Sooner and later: while properties are granted, at the last of them, and while requests are refused. */
function killAfter(round: number, left: number): number {
  return [10, left, Math.ceil(left / 2), left - 1, 1, left + 40][round % 6] ?? 1;
}

/** One race for what is left, with a kill in it. Returns what came of it. */
async function runRound(race: Race, round: number, before: Audit) {
  const { fleet, token, audit } = race;
  const left = LIMIT - before.properties;
  const racers = newRacers(round);
  const doomed = [[0], [1], BOTH][round % 3] ?? BOTH;
  let killing: Promise<void> | undefined;
  const unanswered = await ask(race, racers, (answers) => {
    if (answers >= killAfter(round, left)) killing ??= fleet.kill(...doomed);
  });
  await killing;
  // In the middle the ledger says what the jobs say, those included that nobody was told of.
  const middle = await audit();
  expect(middle.problems).toEqual([]);
  expect(jobIds(racers).size).toBeLessThanOrEqual(left);
  const untold = middle.jobs - before.jobs - jobIds(racers).size;
  expect(untold).toBeGreaterThanOrEqual(0);

  // Who heard nothing asks again. Not for ever: where servers that are gone answer nothing at once, nothing else gets its turn.
  await fleet.start();
  let rest = unanswered;
  for (let tries = 0; rest > 0 && tries < MOST_TRIES; tries++) rest = await ask(race, racers, () => undefined);
  expect(rest).toBe(0);
  expect(jobIds(racers).size).toBe(left);
  expect(refusals(racers)).toBe(RACERS - left);
  expect(await audit()).toMatchObject({ properties: LIMIT, problems: [] });
  for (const server of BOTH) {
    const usage = await fleet.ask(server, '/usage', { token });
    expect(usage?.body).toMatchObject({ quota_limit: LIMIT, quota_usage: LIMIT });
  }
  return { granted: left, unanswered, untold };
}

describe('a quota whose servers are killed', () => {
  it(
    `grants ${RACERS} clients exactly what is left, round after round`,
    async () => {
      const race = await openRace();
      const sum = { granted: 0, unanswered: 0, untold: 0 };
      for (let round = 0; round < ROUNDS; round++) {
        const { granted, unanswered, untold } = await runRound(race, round, await race.audit());
        sum.granted += granted;
        sum.unanswered += unanswered;
        sum.untold += untold;
        await cancelSome(race, 5 + ((round * 17) % 50), round % 2);
        // Once, nobody is asked anything and dies all the same.
        if (round !== 1) continue;
        await race.fleet.killAll();
        expect((await race.audit()).problems).toEqual([]);
        await race.fleet.start();
      }
      console.info(
        `quota of ${LIMIT} under ${race.fleet.kills} kills: ${ROUNDS} rounds of ${RACERS} creates, ${sum.granted} granted of ` +
          `${sum.granted} left, ${sum.unanswered} cut off, of which ${sum.untold} had made a job; ledger = jobs = usage each time`,
      );
      // Control: where nobody was cut off, nothing was proved.
      expect(sum.unanswered).toBeGreaterThan(0);
    },
    TIMEOUT_MS,
  );

  it(
    'would grant more without the lock on the account’s month, and this test would see it',
    async () => {
      const race = await openRace({ preload: FAULT });
      const racers = newRacers(0);
      await ask(race, racers, () => undefined);
      const { properties, problems } = await race.audit();
      console.info(
        `control, without the lock: ${properties} of ${LIMIT} granted; ${problems.length} faults of the ledger`,
      );
      expect(properties).toBeGreaterThan(LIMIT);
      expect(problems.length).toBeGreaterThan(0);
    },
    TIMEOUT_MS,
  );
});
