/** The commands around webhooks, against the whole program. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { type TestAccount, type TestApp, testApp, until } from '../../server/test/support/app.ts';
import { NEWER_SECRET, type Receiver, startReceiver } from '../../server/test/webhooks/receiver.ts';
import { verified } from '../../server/test/webhooks/verify.ts';
import { cli, type Situation } from './cli-world.ts';

let app: TestApp;
let account: TestAccount;
beforeAll(async () => {
  const settings = { CONVEYANCE_CALLBACK_ALLOW: '127.0.0.1', CONVEYANCE_WEBHOOK_SCHEDULE: '0' };
  app = await testApp({ settings, demo: false });
  account = await app.account();
});
afterAll(() => app?.close());

async function receiver(...from: Parameters<typeof startReceiver>): Promise<Receiver> {
  const started = await startReceiver(...from);
  onTestFinished(() => started.close());
  return started;
}

function customer(argv: readonly string[], situation: Situation = {}) {
  const env = { CONVEYANCE_URL: app.url, CONVEYANCE_TOKEN: account.token };
  return cli(['webhooks', ...argv], { env, ...situation });
}

async function json(argv: readonly string[]) {
  const { code, stdout, stderr } = await customer([...argv, '--json']);
  expect(stderr).toBe('');
  return { code, ...JSON.parse(stdout) };
}

async function freePort(): Promise<number> {
  const probe = await startReceiver();
  await probe.close();
  return probe.port;
}

describe('webhooks test', () => {
  it('shows what the receiver answers', async () => {
    const sink = await receiver((_request, response) => response.writeHead(200).end('welcome\nstranger'));
    const { code, stdout } = await customer(['test', sink.url()]);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^state {5}delivered$/m);
    expect(stdout).toMatch(/^try 1 .* 200 {2}\d+ ms {2}delivered\n {10}welcome$/m);
    const [delivery] = sink.deliveries;
    const { secrets } = await json(['secret']);
    if (delivery === undefined) throw new Error('nothing was delivered');
    expect(verified(delivery, secrets[0].secret)).toMatchObject({ event: 'test' });
  });

  it('fails with the reason, and a redelivery tries again', async () => {
    const answers = [500, 503, 204];
    const sink = await receiver((_request, response) => response.writeHead(answers.shift() ?? 204).end());
    const failed = await json(['test', sink.url()]);
    expect(failed).toMatchObject({ code: 1, state: 'failed', tries: [{ status: 500 }] });
    expect(await json(['redeliver', failed.delivery_id])).toMatchObject({ code: 1, state: 'failed' });
    expect(await json(['redeliver', failed.delivery_id])).toMatchObject({
      code: 0,
      state: 'delivered',
      tries: [{ status: 500 }, { status: 503 }, { status: 204 }],
    });
  });

  it('passes on what the server refuses', async () => {
    expect(await customer(['test', 'http://10.0.0.1/'])).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('url must be a public http or https URL'),
    });
    expect((await customer(['redeliver', account.id])).code).toBe(3);
  });
});

describe('webhooks list', () => {
  it('shows deliveries, newest first', async () => {
    const sink = await receiver();
    const { delivery_id: id } = await json(['test', sink.url('/listed')]);
    const { stdout } = await customer(['list', '--per-page', '1', '--page', '1']);
    const [header, row, ...more] = stdout.trimEnd().split('\n');
    expect(header).toMatch(/^DELIVERY +JOB +STATE +TRIES +STATUS +LATENCY +LAST TRY +TO$/);
    expect(row).toMatch(new RegExp(`^${id} +- \\(a test\\) +delivered +1 +204 +\\d+ ms .* ${sink.url('/listed')}$`));
    expect(more).toEqual([]);
    expect((await customer(['list', '--job', account.id])).code).toBe(3);
  });
});

describe('webhooks secret', () => {
  it('shows the live ones and rotates', async () => {
    const { secrets: before } = await json(['secret']);
    const { stdout } = await customer(['secret', '--rotate']);
    const lines = stdout.trimEnd().split('\n');
    expect(lines).toHaveLength(3);
    expect(lines[2]).toMatch(new RegExp(`^${before[0].secret.replaceAll('+', '\\+')} .*Z$`));
    expect((await json(['secret'])).secrets).toHaveLength(2);
  });
});

describe('webhooks listen', () => {
  async function listening(port: number, more: readonly string[] = [], situation: Situation = {}) {
    const stop = new AbortController();
    const argv = ['listen', '--port', String(port), '--json', ...more];
    const listener = customer(argv, { ...situation, interrupt: stop.signal });
    await until(
      () =>
        fetch(`http://127.0.0.1:${port}/`).then(
          ({ status }) => status,
          () => 0,
        ),
      (status) => status === 405,
    );
    return async () => {
      stop.abort();
      const { stdout, ...rest } = await listener;
      return {
        ...rest,
        received: stdout
          .split('\n')
          .filter(Boolean)
          .map((line) => JSON.parse(line)),
      };
    };
  }

  it('verifies with the account’s secrets and prints what comes', async () => {
    const port = await freePort();
    const stop = await listening(port);
    const sent = await json(['test', `http://127.0.0.1:${port}/`]);
    expect(sent).toMatchObject({ code: 0, tries: [{ status: 204 }] });
    const forged = await fetch(`http://127.0.0.1:${port}/`, { method: 'POST', body: '{}' });
    expect(forged.status).toBe(401);
    const { code, stderr, received } = await stop();
    expect(code).toBe(0);
    expect(stderr).toContain(`Listening on http://127.0.0.1:${port}/`);
    expect(received).toMatchObject([
      { webhook_id: sent.delivery_id, verified: true, refusal: null, event: { event: 'test' } },
      { webhook_id: '', verified: false, refusal: 'the webhook headers are missing', event: null },
    ]);
  });

  it.each([
    ['a file', ['--secret-file', 'FILE'], {}],
    ['standard input', ['--secret-file', '-'], { stdin: [`${NEWER_SECRET}\n`] }],
    ['the environment', [], { env: { CONVEYANCE_WEBHOOK_SECRET: NEWER_SECRET } }],
  ])('refuses what another secret signed than that of %s', async (_where, words, situation) => {
    const port = await freePort();
    const directory = await mkdtemp(join(tmpdir(), 'conveyance-secret-'));
    onTestFinished(() => rm(directory, { recursive: true }));
    const file = join(directory, 'secret');
    await writeFile(file, `${NEWER_SECRET}\n`);
    const more = words.map((word) => (word === 'FILE' ? file : word));
    const stop = await listening(port, more, situation);
    expect(await json(['test', `http://127.0.0.1:${port}/`])).toMatchObject({ code: 1, tries: [{ status: 401 }] });
    expect((await stop()).received).toMatchObject([{ verified: false, event: null }]);
  });

  it('wants a secret that is one', async () => {
    const env = { CONVEYANCE_WEBHOOK_SECRET: 'hunter2' };
    for (const [argv, situation, source] of [
      [[], { env }, 'CONVEYANCE_WEBHOOK_SECRET'],
      [['--secret-file', '-'], { stdin: ['hunter2'] }, '--secret-file -'],
      [['--secret-file', '-'], { stdin: ['hunter2'.repeat(1000)] }, 'the secret is too long'],
    ] as const) {
      const { code, stderr } = await customer(['listen', '--port', '0', ...argv], situation);
      expect({ code, stderr }).toMatchObject({ code: 2, stderr: expect.stringContaining(source) });
      expect(stderr).not.toContain('hunter2');
    }
  });

  it('takes no secret among its arguments, which every user of the machine can list', async () => {
    const { code, stderr } = await customer(['listen', '--port', '0', '--secret', NEWER_SECRET]);
    expect({ code, stderr }).toMatchObject({ code: 2, stderr: expect.stringContaining("unknown option '--secret'") });
    expect(stderr).not.toContain(NEWER_SECRET);
  });

  it('says when its port is taken', async () => {
    const taken = await receiver();
    const { code, stderr } = await customer(['listen', '--port', String(taken.port)]);
    expect({ code, stderr }).toMatchObject({ code: 2, stderr: expect.stringContaining(`port ${taken.port}`) });
  });
});
