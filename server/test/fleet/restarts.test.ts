/**
 * Every process of a fleet restarted as an operator does it (SIGTERM), one at a time, in turn, under load through nginx by the sample of
 * deploy/nginx.conf: customers notice nothing but 503 with the time to come back, and go on with downloads that were cut.
 *
 * 50 restarts. `FLEET_RESTARTS=6` makes it shorter.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { freePort } from '../../src/http/server/listening.ts';
import { GUIDE_IDS, type TestAccount, until } from '../support/app.ts';
import { Fleet } from '../support/fleet/fleet.ts';
import { NodeProxy, nginxMissing } from '../support/fleet/proxy.ts';
import { notInThisTier } from '../support/fleet/tier.ts';
import { swiftMissing } from '../support/swift.ts';
import { type Receiver, startReceiver } from '../webhooks/receiver.ts';
import { MixedLoad } from './mixed-load.ts';
import { type FileRead, readFileOf } from './reading.ts';
import { judge } from './verdict.ts';

const RESTARTS = Number(process.env['FLEET_RESTARTS'] ?? 50);
const MINUTE_MS = 60_000;
const TIMEOUT_MS = 30 * MINUTE_MS;
const START_MS = 15 * MINUTE_MS;
const CUSTOMERS = 4;
/** A download outlasts the time that a node that is stopped leaves to it. */
const DRAIN_SECONDS = 2;
const SLOW_PAUSE_MS = 150;
const API = '/api/v1/bulk_api/jobs';

let fleet: Fleet;
let proxy: NodeProxy;
let sink: Receiver;
let accounts: TestAccount[];

/** A file for a slow reader: its link, and what must arrive. */
async function largeFile({ token }: TestAccount): Promise<{ link: string; sha256: string }> {
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
  const form = { report_type: 'units', output_format: 'jsonl', start_date: '2025-10-03', end_date: '2025-12-31' };
  const body = JSON.stringify({ ...form, property_ids: GUIDE_IDS });
  const made = (await (await fetch(`${proxy.url}${API}`, { method: 'POST', headers, body })).json()) as {
    job_id: string;
  };
  const ended = await until(
    async () => (await (await fetch(`${proxy.url}${API}/${made.job_id}`, { headers })).json()) as Ended,
    ({ status }) => status === 'succeeded',
    START_MS,
  );
  const redirect = await fetch(`${proxy.url}${API}/${made.job_id}/results`, { headers, redirect: 'manual' });
  return { link: redirect.headers.get('location') ?? '', sha256: ended.result?.sha256 ?? '' };
}

interface Ended {
  readonly status: string;
  readonly result?: { readonly sha256: string };
}

/** Reads it, which takes long, again and again, until it is told to stop after the last. */
async function readSlowly(link: string, isOver: () => boolean, onFault: (what: string) => void): Promise<FileRead[]> {
  const reads: FileRead[] = [];
  while (!isOver()) {
    const read = await readFileOf(link, { patienceMs: TIMEOUT_MS, onFault });
    if (read !== null) reads.push(read);
  }
  return reads;
}

const missing = notInThisTier ?? swiftMissing ?? nginxMissing;

describe.skipIf(missing !== null)(
  `a fleet whose processes are restarted in turn${missing === null ? '' : ` (${missing})`}`,
  { timeout: TIMEOUT_MS },
  () => {
    beforeAll(async () => {
      sink = await startReceiver();
      const port = await freePort('127.0.0.1');
      fleet = await Fleet.started({
        settings: {
          CONVEYANCE_LEASE_SECONDS: '10',
          CONVEYANCE_DRAIN_SECONDS: String(DRAIN_SECONDS),
          // Downloads pass through the nodes that are restarted.
          CONVEYANCE_LINKS: 'server',
          CONVEYANCE_PUBLIC_URL: `http://127.0.0.1:${port}`,
          CONVEYANCE_TRUSTED_PROXIES: '127.0.0.1',
        },
      });
      proxy = await NodeProxy.start(
        fleet.directory,
        fleet.apis.map(({ url }) => url),
        port,
      );
      accounts = [];
      for (let count = 0; count < CUSTOMERS + 1; count++) accounts.push(await fleet.account());
    }, START_MS);
    afterAll(async () => {
      await proxy?.[Symbol.asyncDispose]();
      await fleet?.[Symbol.asyncDispose]();
      await sink?.close();
    }, START_MS);

    it('answers what it should, loses no job, and cuts no download for good', async () => {
      const [reader, ...customers] = accounts;
      if (reader === undefined) throw new Error('there is no account');
      const { link, sha256 } = await largeFile(reader);
      const name = new URL(link).pathname.split('/').at(-1) ?? '';
      fleet.store.decide = ({ method, url }) =>
        method === 'GET' && url.includes(name) ? { kind: 'slow-answer', pauseMs: SLOW_PAUSE_MS } : null;
      const load = new MixedLoad({ urls: () => [proxy.url], callbackUrl: sink.url(), mustAnswer: true });
      load.begin(customers);
      let isOver = false;
      const slow = readSlowly(
        link,
        () => isOver,
        (what) => load.faults.push(what),
      );
      let restarts = 0;
      const startedAt = performance.now();
      try {
        for (; restarts < RESTARTS; restarts++) {
          // API and worker by turns.
          const kind = restarts % 2 === 0 ? fleet.apis : fleet.workers;
          const node = kind[Math.floor(restarts / 2) % kind.length];
          await node?.stop();
          await node?.start();
        }
      } finally {
        isOver = true;
        await load.stop();
      }
      const reads = await slow;
      const verdict = await judge(fleet, load.acknowledged);
      const resumed = load.resumed + reads.reduce((sum, each) => sum + each.resumed, 0);
      console.info(
        `${restarts} restarts in ${Math.round((performance.now() - startedAt) / 1000)} s: ${load.acknowledged.length} jobs acknowledged, ${load.read} ` +
          `read by their customers; answers ${JSON.stringify(Object.fromEntries(load.statuses))}; ${reads.length} slow downloads of ` +
          `${reads[0]?.bytes} bytes, ${resumed} gone on with after a cut; ${load.faults.length} faults`,
      );
      expect(load.faults).toEqual([]);
      expect([...load.torn, ...verdict.torn]).toEqual([]);
      expect(verdict).toMatchObject({ lost: [], duplicated: [], untold: [] });
      expect(reads.map((each) => each.sha256)).toEqual(reads.map(() => sha256));
      expect(load.read).toBeGreaterThan(0);
      // The control: a download was cut.
      expect(resumed).toBeGreaterThan(0);
    });
  },
);
