/** `conveyance serve`. */
import { aborted, choice, text, wholeNumber } from '@conveyance/cli/terminal';
import { DATA_DIR, dataDirSettings } from '../operator/operator.ts';
import { defineCommand } from '../world/command.ts';

export const serve = defineCommand({
  name: 'serve',
  summary: 'Run the server until Ctrl-C',
  details:
    'Starts a PostgreSQL of its own under the data directory unless DATABASE_URL names one. Every setting is an environment ' +
    'variable (docs/configuration.md); the options here are the most common ones. Ctrl-C lets running jobs finish for a while; ' +
    'what is not done by then continues at the next start.',
  arguments: {},
  options: {
    ...DATA_DIR,
    host: text('<address>', { description: 'The address to listen on; else CONVEYANCE_HOST, else 127.0.0.1.' }),
    port: wholeNumber('<n>', 0, {
      description: 'The port to listen on, 0 for a free one; else CONVEYANCE_PORT, else 8080.',
    }),
    role: choice(['all', 'api', 'worker'], { description: 'What this process does; else CONVEYANCE_ROLE, else all.' }),
  },
  examples: [
    { line: 'conveyance serve', meaning: 'On http://127.0.0.1:8080, data under ./data' },
    {
      line: 'DATABASE_URL=postgres://… CONVEYANCE_MASTER_KEY=… conveyance serve --role worker',
      meaning: 'One worker of several nodes',
    },
  ],
  async run({ options, out, world }) {
    const { dataDir, host, port, role } = options;
    const settings = {
      ...dataDirSettings(dataDir),
      ...(host === undefined ? {} : { CONVEYANCE_HOST: host }),
      ...(port === undefined ? {} : { CONVEYANCE_PORT: String(port) }),
      ...(role === undefined ? {} : { CONVEYANCE_ROLE: role }),
    };
    const server = await world.serve({ settings, temporary: false });
    try {
      const { url, sftp } = server;
      out.data({ url, sftp }, '');
      out.say(role === 'worker' ? 'Worker is running.' : `Listening on ${out.styles.bold(url)}`);
      if (sftp !== null) out.say(`SFTP on ${sftp.host} port ${sftp.port}, host key ${sftp.fingerprint}`);
      out.say(out.styles.dim('Ctrl-C stops it.'));
      await Promise.race([aborted(world.interrupt), server.failed]);
      out.say('Stopping: running jobs get a while to finish.');
    } finally {
      await server.stop();
    }
  },
});
