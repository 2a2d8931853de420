/** One machine of the cluster: whether it is there, with all others, and what still works on it. */
import { type ClickHouseClient, ClickHouseLogLevel, createClient } from '@clickhouse/client';
import { ClusterAway } from '../core/passing-fault.ts';
import { MS_PER_DAY } from '../core/time.ts';
import { failureOf } from './failures.ts';
import { literal } from './print/identifiers.ts';

/** A machine that has not answered in this time to what it need not think about is not there. */
const PATIENCE_MS = 5_000;
/** Between two such questions while it works for us: a machine without power, or behind a cable that was pulled, says nothing more by itself. */
const LOOK_AGAIN_MS = 5_000;
/** One that is as busy as it can be may miss some. */
const MOST_MISSED = 3;
/** Nothing that an ended query finds is used any more. */
const ENDING_MS = 10_000;

export interface MachineOptions {
  readonly url: string;
  readonly user: string;
  readonly password: string;
}

export class Machine {
  readonly url: string;
  readonly client: ClickHouseClient;

  constructor({ url, user, password }: MachineOptions) {
    this.url = url;
    this.client = createClient({
      url,
      username: user,
      password,
      application: 'conveyance',
      // Nothing comes while rows are sorted: how long that may take is the job’s time limit.
      request_timeout: MS_PER_DAY,
      log: { level: ClickHouseLogLevel.OFF },
    });
  }

  /** Its version, if all machines of the cluster answer it. Throws `ClusterAway`. */
  async see(cluster: string, signal?: AbortSignal): Promise<string> {
    return this.#answer(`SELECT any(version()) FROM clusterAllReplicas(${literal(cluster)}, system.one)`, signal);
  }

  /** Ends all queries of this user whose id begins so. Throws `ClusterAway`, also where one refused to end. */
  async end(prefix: string): Promise<void> {
    try {
      await this.client.command({
        query: 'KILL QUERY WHERE user = currentUser() AND startsWith(query_id, {prefix:String}) SYNC',
        query_params: { prefix },
        abort_signal: AbortSignal.timeout(ENDING_MS),
      });
    } catch (error) {
      throw failureOf(error, this.url);
    }
  }

  /** Does the work for as long as the machine is there. The work’s signal is aborted with a `ClusterAway` when it no longer is. */
  async whileThere<Result>(work: (lost: AbortSignal) => Promise<Result>): Promise<Result> {
    const lost = new AbortController();
    let missed = 0;
    let timer: NodeJS.Timeout | undefined;
    const look = async () => {
      try {
        await this.#answer('SELECT 1');
        missed = 0;
      } catch (error) {
        missed += 1;
        if (missed >= MOST_MISSED) lost.abort(failureOf(error, this.url));
      }
    };
    let isOver = false;
    const lookLater = () => {
      if (!isOver) timer = setTimeout(() => void look().then(lookLater), LOOK_AGAIN_MS);
    };
    lookLater();
    try {
      return await work(lost.signal);
    } finally {
      isOver = true;
      clearTimeout(timer);
    }
  }

  async close(): Promise<void> {
    await this.client.close();
  }

  async #answer(query: string, signal?: AbortSignal): Promise<string> {
    const patience = AbortSignal.timeout(PATIENCE_MS);
    try {
      const answer = await this.client.query({
        query,
        format: 'TabSeparated',
        abort_signal: signal === undefined ? patience : AbortSignal.any([patience, signal]),
      });
      return (await answer.text()).trim();
    } catch (error) {
      signal?.throwIfAborted();
      const failure = failureOf(error, this.url);
      // Whatever it answers, it cannot be asked.
      throw failure instanceof ClusterAway ? failure : new ClusterAway(failure);
    }
  }
}
