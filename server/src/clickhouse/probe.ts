/** Whether the cluster lets us do what jobs need, asked before the first job does. */
import { randomUUID } from 'node:crypto';
import { ConveyanceError } from '../core/errors.ts';
import { ClusterAway } from '../core/passing-fault.ts';
import { EngineError } from '../core/ports/engine-error.ts';
import type { Logger } from '../core/ports/logger.ts';
import type { ObjectStore } from '../core/ports/store.ts';
import { failureOf } from './failures.ts';
import type { Machine } from './machine.ts';
import { printProbe, type Warehouse } from './print/sources.ts';

/** The store’s own probes lie there too, and what is left of them is swept. */
const DIRECTORY = 'probe';
/** Machines share objects out by their names: with some, each of a few machines is likely to read one. */
const OBJECTS = 8;

interface Probing {
  readonly store: ObjectStore;
  readonly machines: readonly Machine[];
  readonly warehouse: Warehouse;
  readonly log: Logger;
}

async function readAll(machine: Machine, { warehouse, keys }: { warehouse: Warehouse; keys: readonly string[] }) {
  await machine.see(warehouse.cluster);
  const session_id = randomUUID();
  const query_id = `conveyance.${session_id}`;
  try {
    await machine.client.command({ query: 'CREATE TEMPORARY TABLE probe (n Int64) ENGINE = Memory', session_id });
    const answer = await machine.client.query({
      query: printProbe(warehouse, keys),
      query_id,
      session_id,
      format: 'TabSeparated',
      clickhouse_settings: { s3_ignore_file_doesnt_exist: 0, skip_unavailable_shards: 0 },
    });
    const read = (await answer.text()).trim();
    if (read !== String(keys.length)) {
      throw new ClusterAway(null, `${machine.url} read ${read} of ${keys.length} objects that were just written`);
    }
    await machine.client.command({ query: 'DROP TEMPORARY TABLE probe', session_id });
  } catch (error) {
    throw failureOf(error, machine.url);
  }
  await machine.end(query_id);
}

/** What the operator is to read; null if the cluster is only away. */
function reasonOf(error: unknown): string | null {
  if (error instanceof ClusterAway) return error.refusal;
  const cause = error instanceof EngineError ? error.cause : error;
  return cause instanceof Error ? cause.message : String(cause);
}

/**
 * Has every machine read objects that were just written. A cluster that is away is noted in the log: jobs can do without it for a while. One
 * that refuses throws `bad_setting` with its words.
 */
export async function probeCluster({ store, machines, warehouse, log }: Probing): Promise<void> {
  const keys = Array.from({ length: OBJECTS }, () => `${DIRECTORY}/${randomUUID()}`);
  try {
    for (const key of keys) {
      const writer = await store.create(key);
      await writer.write(Buffer.from('1\n'));
      await writer.finish();
    }
    await Promise.all(machines.map((machine) => readAll(machine, { warehouse, keys })));
  } catch (error) {
    const reason = reasonOf(error);
    if (reason !== null) {
      const message = `CONVEYANCE_CLICKHOUSE_URL: the cluster is not set up for exports (docs/cluster.md): ${reason}`;
      throw new ConveyanceError('bad_setting', message, { cause: error });
    }
    log.warn('cluster-away', { error });
  } finally {
    for (const key of keys) await store.delete(key);
  }
}
