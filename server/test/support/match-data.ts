/** A small world of addresses, and how it gets into a warehouse. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { App } from '../../src/app.ts';
import { loadWarehouse } from '../../src/warehouse/load/load.ts';

/** The contract's two sample addresses with their points, and residences beside them. */
export const PROPERTIES = `property_id,address,city,state,zip_code,latitude,longitude,asset_category
1,767 3rd Ave,New York,NY,10017,40.7541851,-73.9735753,commercial
2,20 W 34th St,New York,NY,10001,40.748562,-73.9879465,commercial
3,12 Elm Street,Springfield,IL,62701,39.7990175,-89.6439575,sfr
4,14 Elm Street,Springfield,IL,62701,39.8017175,-89.6439575,condo
5,100 North Main Street,Springfield,IL,62701,39.8107175,-89.6439575,multifamily
6,100 South Main Street,Springfield,IL,62701,39.8207175,-89.6439575,multifamily
`;
export const ALIASES = 'property_id,address\n1,200 East 48th Street\n';

/** CSV text by table. */
export async function loadCsv({ deps }: Pick<App, 'deps'>, tables: Readonly<Record<string, string>>): Promise<void> {
  const directory = await mkdtemp(join(tmpdir(), 'conveyance-match-'));
  const rejectFile = join(directory, 'rejects.txt');
  const options = { paths: [directory], table: null, columnNames: new Map(), dryRun: false, maxRejects: 0, rejectFile };
  try {
    for (const [table, csv] of Object.entries(tables)) await writeFile(join(directory, `${table}.csv`), csv);
    await loadWarehouse(deps, options, { signal: new AbortController().signal });
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}
