/** `conveyance demo`. */
import { mkdir } from 'node:fs/promises';
import { join, relative, resolve } from 'node:path';
import { downloadWithBar, waitWithBar } from '@conveyance/cli/customer';
import {
  aborted,
  choice,
  flag,
  formatBytes,
  formatCount,
  formatSeconds,
  formatTable,
  type Output,
  text,
} from '@conveyance/cli/terminal';
import { Conveyance } from '@conveyance/sdk';
import { defineCommand } from '../world/command.ts';
import type { RunningServer, SettingOverrides, World } from '../world/world.ts';
import { DEMO_EXPORTS, type DemoExport, demoFileName, demoRequest, verifyRows } from './demo/exports.ts';
import { type DemoCustomer, type DemoData, prepareCustomer, prepareData } from './demo/prepare.ts';
import { startWebhookSink, type WebhookSink } from './demo/webhook-sink.ts';

/** Nothing of the environment may lead the demo to a real server's data; an empty variable is an unset one. */
const DEMO_SETTINGS: SettingOverrides = {
  DATABASE_URL: '',
  CONVEYANCE_MASTER_KEY: '',
  CONVEYANCE_STORAGE: '',
  CONVEYANCE_PUBLIC_URL: '',
  CONVEYANCE_HOST: '127.0.0.1',
  CONVEYANCE_PORT: '0',
  CONVEYANCE_SFTP_HOST: '127.0.0.1',
  CONVEYANCE_SFTP_PORT: '0',
  CONVEYANCE_ROLE: 'all',
  CONVEYANCE_LOG_LEVEL: 'error',
  CONVEYANCE_WEBHOOK_SCHEDULE: '',
  // The customer that receives the webhooks is on this machine.
  CONVEYANCE_CALLBACK_ALLOW: '127.0.0.1',
};

interface Exported {
  readonly file: string;
  readonly rows: number;
  readonly bytes: number;
  readonly sha256: string;
  readonly seconds: number;
}

interface Exporting {
  readonly server: RunningServer;
  readonly client: Conveyance;
  readonly data: DemoData;
  readonly directory: string;
  readonly sink: WebhookSink;
}

/** One report as a customer gets it: over HTTP, with nothing but the key. */
async function exportOne(
  { server, client, data, directory, sink }: Exporting,
  wanted: DemoExport,
  out: Output,
  signal: AbortSignal,
) {
  const startedAt = performance.now();
  const name = demoFileName(wanted);
  const path = join(directory, name);
  const request = { ...demoRequest(wanted, data.lastDay, data.propertyIds), callback_url: sink.url };
  const { job_id: jobId } = await client.exports.create(request, { signal });
  const following = { client, stages: out.stages, signal };
  await waitWithBar(following, jobId, { title: `Export ${wanted.report} as ${wanted.format}` });
  await out.stages.run(`Receive the webhook for ${wanted.report}`, async (stage) => {
    const { id } = await sink.arrival(jobId, signal);
    stage.result(`webhook ${id}, signature verified`);
  });
  const { rows, bytes, sha256 } = await downloadWithBar(following, jobId, {
    title: `Download ${name}`,
    path,
    resume: false,
  });
  const seconds = Math.round(performance.now() - startedAt) / 1_000;
  await out.stages.run(`Count the rows of ${name}`, async (stage) => {
    await verifyRows(server.deps, { path, format: wanted.format, rows }, signal);
    stage.result(`${formatCount(rows)}, as the manifest says`);
  });
  return { file: relative('.', path), rows, bytes, sha256, seconds };
}

function exportedTable(files: readonly Exported[]): string {
  const rows = files.map(({ file, rows, bytes, seconds }) => [
    file,
    formatCount(rows),
    formatBytes(bytes),
    formatSeconds(seconds * 1_000),
  ]);
  return formatTable([['FILE', 'ROWS', 'SIZE', 'TIME'], ...rows], ['left', 'right', 'right', 'right']);
}

function sayWhatNext(out: Output): void {
  const { bold } = out.styles;
  out.say();
  out.say(bold('What next'));
  out.say('  npm run demo -- --keep     the same, and the server stays up to play with');
  out.say('  npm start                  a server with its data under ./data');
  out.say('  docs/dictionary.md         what the columns mean');
}

function sayHowToReach(
  out: Output,
  { url, sftp }: RunningServer,
  customer: DemoCustomer,
  { lastDay, propertyIds }: DemoData,
): void {
  const { bold, dim } = out.styles;
  const [example] = DEMO_EXPORTS;
  const request = example && demoRequest({ ...example, format: 'csv', days: 31 }, lastDay, propertyIds.slice(0, 3));
  out.say();
  out.say(bold(`The server is up at ${url}`));
  out.say();
  out.say(dim('# in a browser: the console; the link works once'));
  out.say(customer.invitation);
  out.say(dim('# and as whoever looks after the server'));
  out.say(customer.operatorInvitation);
  out.say();
  out.say(dim('# as a customer, in another terminal'));
  out.say(`export CONVEYANCE_URL=${url}`);
  out.say(`export CONVEYANCE_ACCESS_KEY=${customer.accessKey}`);
  out.say(`export CONVEYANCE_SECRET=${customer.secret}`);
  out.say();
  out.say(dim('# or with curl and a personal token'));
  out.say(`curl -X POST "${url}/apartmentiq/api/v1/bulk_api/jobs" -H "Authorization: Bearer ${customer.token}" \\`);
  out.say(`  -H "Content-Type: application/json" -d '${JSON.stringify(request)}'`);
  if (sftp !== null) {
    out.say();
    out.say(dim(`# or by SFTP; the password is the secret, the host key is ${sftp.fingerprint}`));
    out.say(`sftp -P ${sftp.port} ${customer.accessKey}@${sftp.host}:/jobs/reports`);
    out.say(dim('# and there: ls -l, and get *.parquet'));
  }
  out.say();
  out.say(dim('Ctrl-C stops it and removes its data.'));
}

/** From an empty server to verified files. With `--keep`, then waits for Ctrl-C. */
async function runDemo(server: RunningServer, out: Output, world: World, options: DemoOptions): Promise<Exported[]> {
  const signal = world.interrupt;
  const data = await prepareData(server.deps, out.stages, options.size ?? 'demo', signal);
  const customer = await prepareCustomer(server.deps, out.stages);
  const client = new Conveyance({ url: server.url, accessKey: customer.accessKey, secret: customer.secret });
  const directory = resolve(options.output ?? 'demo-exports');
  await mkdir(directory, { recursive: true });
  const secrets = async () => (await client.webhooks.secrets({ signal })).map(({ secret: each }) => each);
  const sink = await startWebhookSink(secrets);
  const exported: Exported[] = [];
  try {
    for (const wanted of DEMO_EXPORTS) {
      exported.push(await exportOne({ server, client, data, directory, sink }, wanted, out, signal));
    }
  } finally {
    await sink.close();
  }
  if (!options.keep) return exported;
  const { accountId: account_id, accessKey: access_key, secret, token, invitation } = customer;
  const operator_invitation = customer.operatorInvitation;
  const { url, sftp } = server;
  out.say();
  out.data(
    { exports: exported, url, sftp, account_id, access_key, secret, token, invitation, operator_invitation },
    exportedTable(exported),
  );
  sayHowToReach(out, server, customer, data);
  await Promise.race([aborted(signal), server.failed]);
  return exported;
}

interface DemoOptions {
  readonly keep: boolean;
  readonly size: 'tiny' | 'demo' | undefined;
  readonly output: string | undefined;
}

export const demo = defineCommand({
  name: 'demo',
  summary: 'See it all work: server, data, three verified exports',
  details:
    'Starts a real server in a temporary directory, fills it with invented data, and exports the three reports over HTTP as a ' +
    'customer would, with signed webhooks for callbacks. Checks every file against its manifest, and leaves nothing behind but ./demo-exports.',
  arguments: {},
  options: {
    keep: flag({ description: 'Leave the server up until Ctrl-C, and print how to reach it.' }),
    size: choice(['tiny', 'demo'], { description: 'How much data. Default: demo (120 properties, a year).' }),
    output: text('<dir>', { short: 'o', description: 'Where the files go. Default: ./demo-exports.' }),
  },
  examples: [
    { line: 'conveyance demo', meaning: 'The whole way, once' },
    { line: 'conveyance demo --keep', meaning: 'And then play with it' },
  ],
  async run({ options, out, world }) {
    const startedAt = performance.now();
    const server = await out.stages.run('Start a server', async (stage) => {
      const started = await world.serve({ settings: DEMO_SETTINGS, temporary: true });
      stage.result(started.url);
      return started;
    });
    let exported: readonly Exported[];
    try {
      exported = await runDemo(server, out, world, options);
    } finally {
      await out.stages.run('Stop the server', () => server.stop());
    }
    if (options.keep) return;
    out.say();
    out.data({ exports: exported }, exportedTable(exported));
    sayWhatNext(out);
    out.say();
    out.say(`Done in ${formatSeconds(performance.now() - startedAt)}; nothing is left running.`);
  },
});
