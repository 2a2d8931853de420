import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import { stringify } from 'csv-stringify/sync';
import { readSettings } from '../../server/dist/config.js';
import { loadWarehouse } from '../../server/dist/warehouse/load/load.js';
import { numberFlag } from '../flags.ts';
import { alone, type BenchCase, beside, type Figures, type How, type Row } from '../frame/figures.ts';
import { startServed } from '../frame/served.ts';
import { takeTurns } from '../frame/turns.ts';
import { type MadeRow, makeRows } from '../match-errors.ts';
import { type Answer, joinFuzzily, parseAndJoin } from '../match-peers.ts';
import { type MatchClient, matchClient } from '../match-server.ts';
import { MatchWorld } from '../match-world.ts';
import { uuidOf } from '../reonomy-id.ts';
import type { BenchWorld } from '../server.ts';

const PROPERTIES = { whole: 1_000_000, quick: 5000 };
const ROWS = { whole: 100_000, quick: 500 };
const ROUNDS = 5;
const RESOLVED = { whole: 100, quick: 5 };
const MOST_SECONDS = 4;
const PER_CENT = 100;
const NEVER = { signal: new AbortController().signal };
const HEADERS = ['Address1', 'City', 'State', 'Zip'];
const METADATA = {
  headers: HEADERS,
  mapping: { address_line_1: 'Address1', address_city: 'City', address_state: 'State', address_postal: 'Zip' },
};

/** Loads the world as `conveyance load` does, with its index. */
async function load({ deps }: BenchWorld['app'], directory: string, world: MatchWorld): Promise<void> {
  const [properties, addresses] = [
    join(directory, 'properties.parquet'),
    join(directory, 'property_addresses.parquet'),
  ];
  await world.write(properties, addresses);
  const options = { paths: [properties, addresses], table: null, columnNames: new Map(), dryRun: false, maxRejects: 0 };
  await loadWarehouse(deps, { ...options, rejectFile: join(directory, 'rejects.csv') }, NEVER);
  await Promise.all([properties, addresses].map((path) => rm(path)));
}

interface Judged {
  /** Rows with the right answer, in a hundred. */
  readonly right: number;
  /** Rows with a property that is not theirs, in a hundred. */
  readonly wrong: number;
}

function judge(rows: readonly MadeRow[], answers: readonly Answer[]): Judged {
  let right = 0;
  let wrong = 0;
  for (const [index, { propertyId, reason }] of rows.entries()) {
    const answer = answers[index];
    if (answer?.propertyId === propertyId && answer.reason === reason) right++;
    else if (answer?.propertyId != null) wrong++;
  }
  return { right: (PER_CENT * right) / rows.length, wrong: (PER_CENT * wrong) / rows.length };
}

/** A PARTIAL asks a person to look: it is neither right nor false unless it names the property. */
function answersOf(text: string, rows: readonly MadeRow[]): Answer[] {
  const table: Record<string, string>[] = parse(text, { columns: true });
  return table.map(({ reonomy_id: id, status, miss_reason: reason = '' }, index) => {
    const expected = rows[index]?.propertyId ?? null;
    if (expected !== null && id === uuidOf(expected)) return { propertyId: expected, reason };
    return { propertyId: status === 'OK' ? -1 : null, reason: status === 'PARTIAL' ? 'PARTIAL' : reason };
  });
}

function sharesOf(name: string, { right, wrong }: Judged): Row[] {
  return [
    alone({ subject: `rows answered rightly, ${name}`, unit: '%' }, [right]),
    alone({ subject: `rows with a property that is not theirs, ${name}`, unit: '%' }, [wrong]),
  ];
}

/** Milliseconds of each. */
async function resolveEach(client: MatchClient, rows: readonly MadeRow[]): Promise<number[]> {
  const times: number[] = [];
  for (const { cells } of rows) {
    const [line, city, state, postal] = cells;
    const body = { address_line_1: line, address_city: city, address_state: state, address_postal: postal };
    times.push(await client.resolve(body));
  }
  return times;
}

async function measure(client: MatchClient, world: MatchWorld, rows: readonly MadeRow[], how: How): Promise<Row[]> {
  const csv = stringify([HEADERS, ...rows.map(({ cells }) => [...cells])]);
  const first = await client.matchFile(csv, METADATA);
  const peers = {
    parsed: () => parseAndJoin(world.connection, rows),
    fuzzy: () => joinFuzzily(world.connection, rows),
  };
  const { job, parsed, fuzzy } = await takeTurns(numberFlag('pairs', how.quick ? 1 : ROUNDS), {
    job: async () => (await client.matchFile(csv, METADATA)).seconds,
    parsed: async () => (await peers.parsed()).seconds,
    fuzzy: async () => (await peers.fuzzy()).seconds,
  });
  const subject = `${rows.length.toLocaleString('en')} rows`;
  const goal = { of: 'value', is: 'at most', limit: MOST_SECONDS } as const;
  const named = { parsed: 'parse-address and an exact join', fuzzy: 'SQL join by number, ZIP code and Jaro-Winkler' };
  const resolved = rows.slice(0, how.quick ? RESOLVED.quick : RESOLVED.whole);
  return [
    beside({ subject, unit: 's', goal }, job, { name: named.parsed, values: parsed }),
    beside({ subject, unit: 's' }, job, { name: named.fuzzy, values: fuzzy }),
    ...sharesOf('the job', judge(rows, answersOf(first.text, rows))),
    ...sharesOf(named.parsed, judge(rows, (await peers.parsed()).answers)),
    ...sharesOf(named.fuzzy, judge(rows, (await peers.fuzzy()).answers)),
    alone({ subject: 'one address at once', unit: 'ms' }, await resolveEach(client, resolved)),
  ];
}

async function run(how: How): Promise<Figures> {
  const properties = numberFlag('properties', how.quick ? PROPERTIES.quick : PROPERTIES.whole);
  const world = await MatchWorld.make(properties, { threads: String(readSettings({}).threads) });
  const served = await startServed((app, directory) => load(app, directory, world), { CONVEYANCE_WORKERS: '1' });
  try {
    const rows = makeRows(await world.subjects(numberFlag('rows', how.quick ? ROWS.quick : ROWS.whole)));
    const client = matchClient(served.url, served.key);
    const csv = stringify([HEADERS, ...rows.map(({ cells }) => [...cells])]);
    const peakBytes = await served.peakOf(() => client.matchFile(csv, METADATA));
    return { rows: await measure(client, world, rows, how), peakBytes, skipped: [] };
  } finally {
    await served.close();
    world.connection.closeSync();
  }
}

export const match: BenchCase = {
  name: 'match',
  title: 'Matches',
  about:
    'Rows with seeded errors against made-up properties, from the POST with the file to the end of the job. Beside it, on the same rows and properties: an exact join of addresses that the package parse-address took apart, and a fuzzy join in SQL; what each answers rightly is said, as both are fast at what they do not do.',
  run,
};
