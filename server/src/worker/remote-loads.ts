import { isConveyanceError } from '../core/errors.ts';
import type { RemoteLoad } from '../core/ports/database/incoming/remote-loads.ts';
import type { Deps } from '../core/ports/deps.ts';
import { MAX_ATTEMPTS } from '../core/retry.ts';
import { LOAD_LEASE_SECONDS } from '../warehouse/loads/attempts.ts';
import { discardUploads, isStored, runRemoteLoad } from '../warehouse/remote/remote-load.ts';
import { whileLeased } from './leased.ts';

/** One attempt at the load; its lease is renewed meanwhile. An attempt that has lost its lease is broken off: another process has the load. */
async function attempt(deps: Deps, load: RemoteLoad, stopped: AbortSignal): Promise<void> {
  const { db, log } = deps;
  let stage: string | null = null;
  const lease = {
    seconds: LOAD_LEASE_SECONDS,
    renew: () => db.remoteLoads.renew(load, LOAD_LEASE_SECONDS, stage),
    onFault: (error: unknown) => log.warn('load-lease-not-renewed', { loadId: load.id, error }),
  };
  const onStage = (name: string) => {
    stage = name;
  };
  await whileLeased(lease, stopped, async (signal) => {
    const end = await runRemoteLoad(deps, load, { signal, onStage });
    if (!(await db.remoteLoads.settle(load, end))) return;
    if (isStored(end)) await discardUploads(deps, load);
    log.info('remote-load-ended', { loadId: load.id, state: end.state, attempt: load.attempt });
  });
}

/** What becomes of a load whose attempt came to nothing: another attempt, or its end. */
async function giveUp({ db, log }: Deps, load: RemoteLoad, stopped: AbortSignal, error: unknown): Promise<void> {
  log.error('remote-load-failed', { loadId: load.id, attempt: load.attempt, error });
  if (stopped.aborted) {
    await db.remoteLoads.giveBack(load, false);
  } else if (load.attempt < MAX_ATTEMPTS) {
    await db.remoteLoads.giveBack(load, true);
  } else {
    const failure = isConveyanceError(error) ? error.message : 'The server failed; its log says why';
    await db.remoteLoads.settle(load, { state: 'failed', report: null, failure, rejectsKey: null });
  }
}

/** Makes the loads that wait, one after the other: over all processes one at a time. */
export async function runRemoteLoads(deps: Deps, stopped: AbortSignal): Promise<void> {
  while (!stopped.aborted) {
    const load = await deps.db.remoteLoads.claim(LOAD_LEASE_SECONDS);
    if (load === null) return;
    try {
      await attempt(deps, load, stopped);
    } catch (error) {
      await giveUp(deps, load, stopped, error);
      return;
    }
  }
}
