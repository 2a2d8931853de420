/** kill -9 of the server between the end of a job and its webhook: after a restart the webhook arrives. */
import { Conveyance } from '@conveyance/sdk';
import { afterEach, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { until } from '../support/app.ts';
import { startReceiver } from '../webhooks/receiver.ts';
import { idOf, verified } from '../webhooks/verify.ts';
import { ServerProcess } from './server-process.ts';

const TIMEOUT_MS = 180_000;

let server: ServerProcess;
beforeEach(async () => {
  server = await ServerProcess.beside({ CONVEYANCE_CALLBACK_ALLOW: '127.0.0.1' }, { demo: true });
});
afterEach(() => server.close());

/** `schedule`: when a server that is to be killed would send; the one after it sends what is due. */
function serve(schedule: string): Promise<string> {
  return server.serve({ settings: { CONVEYANCE_WEBHOOK_SCHEDULE: schedule } });
}

describe('kill -9 of the server between the end of a job and its webhook', () => {
  it(
    'loses nothing',
    async () => {
      const sink = await startReceiver();
      onTestFinished(() => sink.close());
      const { token } = await server.account();

      // The first try is far enough away for a kill, and short enough to wait for.
      let client = new Conveyance({ url: await serve('12'), token });
      const { job_id: jobId } = await client.exports.create({
        report_type: 'property',
        output_format: 'csv',
        start_date: '2025-12-01',
        end_date: '2025-12-31',
        property_ids: [99001416],
        callback_url: sink.url(),
      });
      await client.exports.wait(jobId, { timeoutMs: TIMEOUT_MS / 3 });
      await server.kill();
      // Control: had it been sent already, the kill would prove nothing.
      expect(sink.connections()).toBe(0);

      client = new Conveyance({ url: await serve('0'), token });
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
