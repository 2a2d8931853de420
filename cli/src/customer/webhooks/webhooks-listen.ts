/** `conveyance webhooks listen`. */

import { openClient } from '../../terminal/client.ts';
import { defineCommand } from '../../terminal/command.ts';
import { usage } from '../../terminal/errors.ts';
import { readSecret } from '../../terminal/files.ts';
import { aborted } from '../../terminal/interruption.ts';
import { text, wholeNumber } from '../../terminal/options.ts';
import type { World } from '../../terminal/world.ts';
import { type ReceivedWebhook, startWebhookReceiver } from './webhook-receiver.ts';

const DEFAULT_PORT = 8090;
const SECRET_VARIABLE = 'CONVEYANCE_WEBHOOK_SECRET';
const SECRET_FORM = /^whsec_[A-Za-z0-9+/]+={0,2}$/;

/** Null if none was given. Never an argument: every user of the machine can list those. */
async function givenSecret(path: string | undefined, world: World): Promise<string | null> {
  const source = path === undefined ? SECRET_VARIABLE : `--secret-file ${path}`;
  const given = path === undefined ? world.env[SECRET_VARIABLE] : await readSecret(path, world);
  if (given === undefined || (path === undefined && given.trim() === '')) return null;
  if (SECRET_FORM.test(given.trim())) return given.trim();
  throw usage(`${source} must hold whsec_ and base64, as \`webhooks secret\` shows it`);
}

async function secretSource(path: string | undefined, world: World): Promise<() => Promise<readonly string[]>> {
  const given = await givenSecret(path, world);
  if (given !== null) return async () => [given];
  const { webhooks } = openClient(world);
  return async () => (await webhooks.secrets({ signal: world.interrupt })).map(({ secret }) => secret);
}

function describe({ event, refusal }: ReceivedWebhook): string {
  if (event === null) return `refused: ${refusal}`;
  return 'event' in event ? 'test event' : `job ${event.job_id} ${event.status}`;
}

export const webhooksListen = defineCommand({
  name: 'webhooks listen',
  summary: 'Receive webhooks on this machine, verify them and print them, until Ctrl-C',
  details:
    'For trying things out: listens on 127.0.0.1 only. The server must be able to reach it, and allowed to: on the same machine ' +
    'with CONVEYANCE_CALLBACK_ALLOW=127.0.0.1, from elsewhere through a tunnel. Verifies with the secret of --secret-file, ' +
    `else of ${SECRET_VARIABLE}; without either it asks the server for the account’s secrets, with the credentials of the environment.`,
  arguments: {},
  options: {
    port: wholeNumber('<n>', 0, { description: `The port to listen on, 0 for a free one. Default: ${DEFAULT_PORT}.` }),
    secretFile: text('<file>', {
      description: 'Verify with the secret in this file instead of the account’s; - reads standard input.',
    }),
  },
  examples: [
    { line: 'conveyance webhooks listen', meaning: 'In one terminal…' },
    { line: 'conveyance webhooks test http://127.0.0.1:8090/', meaning: '…and in another' },
  ],
  async run({ options, out, world }) {
    const receiver = await startWebhookReceiver({
      port: options.port ?? DEFAULT_PORT,
      secrets: await secretSource(options.secretFile, world),
      onReceived(webhook) {
        const { receivedAt, id, bytes, event, refusal } = webhook;
        const time = receivedAt.toISOString();
        const value = { received_at: time, webhook_id: id, verified: event !== null, refusal, event };
        out.data(value, `${time}  ${id || '-'}  ${describe(webhook)}  ${bytes} bytes`);
      },
      onError: (error) => out.fail(error instanceof Error ? error.message : String(error)),
    });
    try {
      out.say(`Listening on ${out.styles.bold(receiver.url)}`);
      out.say(out.styles.dim('Ctrl-C stops it.'));
      await aborted(world.interrupt);
    } finally {
      await receiver.close();
    }
  },
});
