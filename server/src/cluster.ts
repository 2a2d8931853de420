/** The composition of the cluster, where a setting names one. What talks to clusters is loaded only then. */
import { setTimeout as delay } from 'node:timers/promises';
import type { Settings } from './config.ts';
import type { Logger } from './core/ports/logger.ts';
import type { ObjectStore } from './core/ports/store.ts';
import type { Meter } from './core/ports/telemetry.ts';
import type { OpenEngine } from './duckdb/parent/engine.ts';
import { withCluster } from './export/by-cluster.ts';

export interface OpenFinder {
  /** Throws `bad_setting` with the reason if the cluster answers and refuses what jobs need. */
  probe(): Promise<void>;
  isThere(): Promise<boolean>;
  close(): Promise<void>;
}

interface Beside {
  readonly engine: OpenEngine;
  readonly store: ObjectStore;
  readonly log: Logger;
  readonly meter: Meter;
}

/** Whoever watches us asks every few seconds. */
const BELIEVED_MS = 5_000;
/** Nobody waits for a cluster that hangs to be told about a node that can do without. */
const PATIENCE_MS = 1_000;

/** Whether the check was passed the last time; looks again when that is old. */
function rememberPresence(check: () => Promise<void>): () => Promise<boolean> {
  let isThere = false;
  let seenAt = Number.NEGATIVE_INFINITY;
  let looking: Promise<void> | undefined;
  async function look(): Promise<void> {
    isThere = await check().then(
      () => true,
      () => false,
    );
    seenAt = performance.now();
    looking = undefined;
  }
  return async () => {
    if (performance.now() - seenAt >= BELIEVED_MS) looking ??= look();
    if (looking !== undefined) await Promise.race([looking, delay(PATIENCE_MS, undefined, { ref: false })]);
    return isThere;
  };
}

/** The engine, beside a cluster where there is one; null without. */
export async function openFinder(
  settings: Settings,
  { engine, store, log, meter }: Beside,
): Promise<{ readonly engine: OpenEngine; readonly finder: OpenFinder | null }> {
  const { clickhouseUrls: urls, clickhouseCluster: cluster, clickhouseCollection: collection } = settings;
  if (urls.length === 0) return { engine, finder: null };
  const { openCluster } = await import('./clickhouse/open.ts');
  const { clickhouseUser: user, clickhousePassword: password = '' } = settings;
  const opened = openCluster({ urls, cluster, collection, user, password, log });
  const { clickhouseMinRows: minRows, clickhouseAccounts: accounts, clickhouseOnlyRows: onlyRows = null } = settings;
  return {
    engine: withCluster(engine, { finder: opened, rules: { minRows, accounts, onlyRows }, log, meter }),
    finder: {
      probe: () => opened.probe(store),
      isThere: rememberPresence(() => opened.check()),
      close: () => opened.close(),
    },
  };
}
