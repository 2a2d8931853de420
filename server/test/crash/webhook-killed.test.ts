/** kill -9 of the server between the end of a job and its webhook: after a restart the webhook arrives. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { Conveyance } from '@conveyance/sdk';
import { afterEach, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { until } from '../support/app.ts';
import { startReceiver } from '../webhooks/receiver.ts';
import { idOf, verified } from '../webhooks/verify.ts';

const PROGRAM = resolve(import.meta.dirname, '../../dist/main.js');
const TIMEOUT_MS = 180_000;

let dataDir: string;
let running: ChildProcess | undefined;

/** `schedule`: when a server that is to be killed would send; the one after it sends what is due. */
function environment(schedule: string) {
  return {
    ...process.env,
    CONVEYANCE_DATA_DIR: join(dataDir, 'data'),
    CONVEYANCE_DRAIN_SECONDS: '0',
    CONVEYANCE_CALLBACK_ALLOW: '127.0.0.1',
    CONVEYANCE_WEBHOOK_SCHEDULE: schedule,
  };
}

async function command(...words: readonly string[]): Promise<Record<string, string>> {
  const child = spawn(process.execPath, [PROGRAM, ...words, '--json'], { env: environment('0') });
  const out: string[] = [];
  const err: string[] = [];
  child.stdout.on('data', (text) => out.push(String(text)));
  child.stderr.on('data', (text) => err.push(String(text)));
  const [code] = await once(child, 'close');
  if (code !== 0) throw new Error(`conveyance ${words.join(' ')} exited with ${code}: ${err.join('')}`);
  return JSON.parse(out.join(''));
}

/** Resolves with the server's URL when it listens. */
async function serve(schedule: string): Promise<string> {
  const child = spawn(process.execPath, [PROGRAM, 'serve', '--port', '0', '--json'], { env: environment(schedule) });
  running = child;
  child.stderr.resume();
  for await (const line of createInterface({ input: child.stdout })) return JSON.parse(line).url;
  throw new Error('the server ended before it listened');
}

async function stop(signal: 'SIGKILL' | 'SIGTERM'): Promise<void> {
  if (running === undefined || running.exitCode !== null || running.signalCode !== null) return;
  const exited = once(running, 'exit');
  running.kill(signal);
  await exited;
}

beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'conveyance-crash-'));
  await chmod(dataDir, 0o711);
});

afterEach(async () => {
  await stop('SIGTERM');
  // A killed server leaves its database running; whoever uses it last stops it.
  if (running?.signalCode === 'SIGKILL') await command('doctor');
  await rm(dataDir, { recursive: true, force: true });
});

describe('kill -9 of the server between the end of a job and its webhook', () => {
  it(
    'loses nothing',
    async () => {
      const sink = await startReceiver();
      onTestFinished(() => sink.close());
      await command('generate', '--size', 'tiny', '--end', '2025-12', '--out', join(dataDir, 'generated'));
      await command('load', join(dataDir, 'generated'));
      const { id } = await command('accounts', 'create', 'Crash test');
      const { token } = await command('tokens', 'create', '--account', String(id));

      // The first try is far enough away for a kill, and short enough to wait for.
      let client = new Conveyance({ url: await serve('12'), token: String(token) });
      const { job_id: jobId } = await client.exports.create({
        report_type: 'property',
        output_format: 'csv',
        start_date: '2025-12-01',
        end_date: '2025-12-31',
        property_ids: [99001416],
        callback_url: sink.url(),
      });
      await client.exports.wait(jobId, { timeoutMs: TIMEOUT_MS / 3 });
      await stop('SIGKILL');
      // Control: had it been sent already, the kill would prove nothing.
      expect(sink.connections()).toBe(0);

      client = new Conveyance({ url: await serve('0'), token: String(token) });
      await until(
        async () => sink.deliveries.length,
        (count) => count > 0,
      );
      const [delivery] = sink.deliveries;
      if (delivery === undefined) throw new Error('nothing was delivered');
      const [current] = await client.webhooks.secrets();
      expect(verified(delivery, current?.secret ?? '')).toMatchObject({ job_id: jobId, status: 'succeeded' });
      const log = await until(
        () => client.webhooks.deliveries({ jobId }),
        ({ deliveries }) => deliveries[0]?.state === 'delivered',
      );
      expect(log.deliveries).toMatchObject([{ delivery_id: idOf(delivery), tries: [{ try: 1 }] }]);
      expect(sink.deliveries).toHaveLength(1);
    },
    TIMEOUT_MS,
  );
});
