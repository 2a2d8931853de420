/** A search by two settings over ten million parcels: how long until its first page has come, beside the engine alone. */
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Conveyance } from '@conveyance/sdk';
import { DuckDBInstance } from '@duckdb/node-api';
import { createApp } from '../server/dist/app.js';
import { readSettings } from '../server/dist/config.js';
import { DEFAULT_SCOPES } from '../server/dist/core/access.js';
import { issueKey } from '../server/dist/core/logins/credentials.js';
import { LARGEST_SEARCH_PAGE } from '../server/dist/core/pages.js';
import { fillWithProperties } from './details-warehouse.ts';
import { numberFlag } from './flags.ts';
import { inTurns, milliseconds, say, spread } from './statistics.ts';

const QUICK = process.argv.includes('--quick');
const PAIRS = numberFlag('pairs', QUICK ? 1 : 9);
const SEARCH = { year_built: { min: 1990 }, building_area: { min: 190_000 } };

export interface SearchFigures {
  readonly properties: number;
  readonly found: number;
  readonly p50Ms: number;
  /** Of counting them and reading the ids of the first page. */
  readonly bareP50Ms: number;
}

export async function benchSearch(): Promise<SearchFigures> {
  const properties = numberFlag('properties', QUICK ? 200_000 : 10_000_000);
  const dataDir = await mkdtemp(join(tmpdir(), 'conveyance-bench-'));
  await chmod(dataDir, 0o711);
  const settings = readSettings({
    CONVEYANCE_DATA_DIR: dataDir,
    CONVEYANCE_PORT: '0',
    CONVEYANCE_LOG_LEVEL: 'error',
    CONVEYANCE_DRAIN_SECONDS: '0',
    CONVEYANCE_REONOMY_RATE_LIMIT_PER_SECOND: '0',
  });
  const app = await createApp(settings);
  const instance = await DuckDBInstance.create(':memory:', { threads: String(settings.threads) });
  const connection = await instance.connect();
  try {
    await fillWithProperties(app, properties, ['properties']);
    await app.start();
    const { id: accountId } = await app.deps.db.accounts.create({ id: app.deps.ids(), name: 'bench', grants: 'all' });
    const { accessKey, secret } = await issueKey(app.deps, { accountId, scopes: DEFAULT_SCOPES });
    const client = new Conveyance({ url: app.url, accessKey, secret });
    const files = (await app.deps.db.warehouse.current())?.tables['properties'] ?? [];
    const paths = await Promise.all(files.map(({ key }) => app.deps.store.localize(key)));
    const from = `FROM read_parquet([${paths.map((path) => `'${path}'`).join(', ')}]) WHERE year_built >= 1990 AND building_area >= 190000`;
    const search = () => client.properties.search(SEARCH);
    const bare = async () => {
      await connection.runAndReadAll(`SELECT count(*) ${from}`);
      await connection.runAndReadAll(
        `SELECT property_id, reonomy_id ${from} ORDER BY property_id LIMIT ${LARGEST_SEARCH_PAGE}`,
      );
    };
    const { count } = await search();
    const [ours = [], alone = []] = await inTurns(PAIRS, [search, bare]);
    const figures = { properties, found: count, p50Ms: spread(ours).p50, bareP50Ms: spread(alone).p50 };
    say(
      `search of ${properties} properties by two settings, ${count} found, ${PAIRS} times: first page after p50 ${milliseconds(figures.p50Ms)} (at most 1000 is wanted); the bare engine ${milliseconds(figures.bareP50Ms)}`,
    );
    return figures;
  } finally {
    connection.closeSync();
    instance.closeSync();
    await app.stop();
    await app.embedded?.remove();
    await rm(dataDir, { recursive: true, force: true });
  }
}
