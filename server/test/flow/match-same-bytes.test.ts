/** The same file against the same data gives the same bytes: at any number of threads, and after a restart. */
import { createHash } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { App } from '../../src/app.ts';
import { DEFAULT_SCOPES } from '../../src/core/access.ts';
import { type IssuedKey, issueKey } from '../../src/core/logins/credentials.ts';
import { writeMatchIndex } from '../../src/warehouse/match-index.ts';
import { serverOf } from '../support/app.ts';
import { BatchClient } from '../support/file-jobs.ts';
import { loadCsv } from '../support/match-data.ts';
import { emptyDatabase } from '../support/postgres.ts';

const PROPERTIES = 6000;
/** More than are looked up in one piece, so that two processes share them. */
const ROWS = 12_000;
const STREETS = ['N Main St', 'S Main St', 'Oak Ave', 'Oak Ct', 'Wellington Blvd', '3rd Ave', 'Mount Carmel Rd'];
const PATIENCE_MS = 60_000;
const HEADERS = ['a', 'c', 's', 'z'];
const METADATA = {
  headers: HEADERS,
  mapping: { address_line_1: 'a', address_city: 'c', address_state: 's', address_postal: 'z' },
  explain: true,
};

/** Three properties at every second address, so that whatever depends on the order of rows shows. */
function properties(): string {
  const lines = Array.from({ length: PROPERTIES }, (_, index) => {
    const address = index < PROPERTIES / 2 ? index : (2 * index) % (PROPERTIES / 2);
    const number = 100 + Math.floor(address / STREETS.length);
    return `${index + 1},${number} ${STREETS[address % STREETS.length]},Springfield,IL,62701,commercial`;
  });
  return `property_id,address,city,state,zip_code,asset_category\n${lines.join('\n')}\n`;
}

/** Exact, tied, misspelt and absent. */
function rows(): string {
  const streets = ['Main St', 'Oak', 'Welington Blvd', '3 Ave', 'Mt Carmel', 'N Main St', 'Elm St'];
  const lines = Array.from({ length: ROWS }, (_, index) => {
    const zip = index % 5 === 0 ? '' : '62701';
    return `${100 + (index % 433)} ${streets[index % streets.length]},Springfield,IL,${zip}`;
  });
  return `${HEADERS.join()}\n${lines.join('\n')}\n`;
}

let directory: string;
let database: Awaited<ReturnType<typeof emptyDatabase>>;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'conveyance-same-'));
  database = await emptyDatabase('test_template');
});
afterAll(async () => {
  await database.close();
  await rm(directory, { recursive: true, force: true });
});

function createServer(threads: number): Promise<App> {
  return serverOf({
    CONVEYANCE_DATA_DIR: directory,
    CONVEYANCE_MASTER_KEY: 'a master key that only tests know about',
    CONVEYANCE_PORT: '0',
    // With the spare one, a child for each piece.
    CONVEYANCE_WORKERS: '1',
    CONVEYANCE_ENGINE_THREADS: String(threads),
    CONVEYANCE_LOG_LEVEL: 'silent',
    CONVEYANCE_DRAIN_SECONDS: '0',
    CONVEYANCE_REONOMY_RATE_LIMIT_PER_SECOND: '0',
    DATABASE_URL: database.url,
  });
}

async function issue({ deps }: App): Promise<IssuedKey> {
  const { id } = await deps.db.accounts.create({ id: deps.ids(), name: 'A', grants: 'all' });
  return issueKey(deps, { accountId: id, scopes: DEFAULT_SCOPES });
}

/** Digests of the index files as this server would write them, and the job's result. */
async function outcome(app: App, key: IssuedKey): Promise<{ index: readonly string[]; result: string }> {
  const version = await app.deps.db.warehouse.current();
  const tables = await writeMatchIndex(app.deps, version?.tables ?? {}, { signal: new AbortController().signal });
  const index = Object.values(tables).flatMap((files) => files.map(({ sha256 }) => sha256));
  const client = new BatchClient(app, { key }, PATIENCE_MS);
  const { files } = await client.run('match', rows(), METADATA);
  return { index, result: files[0] ?? '' };
}

describe('a match', () => {
  test('gives the same bytes with 1, 2 and 4 threads, and after each restart', {
    timeout: 4 * PATIENCE_MS,
  }, async () => {
    const seen: Awaited<ReturnType<typeof outcome>>[] = [];
    let key: IssuedKey | undefined;
    for (const threads of [1, 2, 4, 2]) {
      const app = await createServer(threads);
      try {
        if (key === undefined) {
          await loadCsv(app, { properties: properties() });
          key = await issue(app);
        }
        await app.start();
        seen.push(await outcome(app, key));
      } finally {
        await app.stop();
      }
    }
    const [first, ...others] = seen;
    // Control: there are ties and finds, whose order could differ.
    expect(first?.result.match(/,PARTIAL,/g)?.length).toBeGreaterThan(100);
    expect(first?.result.match(/,OK,/g)?.length).toBeGreaterThan(100);
    expect(first?.index).toHaveLength(3);
    const digest = (text = '') => createHash('sha256').update(text).digest('hex');
    for (const other of others) {
      expect(other.index).toEqual(first?.index);
      expect(digest(other.result)).toBe(digest(first?.result));
    }
  });
});
