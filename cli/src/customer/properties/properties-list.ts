/** `conveyance properties list`. */
import type { PropertyQuery, PropertySummary } from '@conveyance/sdk';
import { openClient } from '../../terminal/client.ts';
import { defineCommand } from '../../terminal/command.ts';
import { usage } from '../../terminal/errors.ts';
import { LineOutput } from '../../terminal/line-output.ts';
import { flag, text, wholeNumber } from '../../terminal/options.ts';
import { formatCount, formatTable } from '../../terminal/table.ts';

function table(properties: readonly PropertySummary[]): string {
  const rows = properties.map(({ id, property_name, address, city, state, zip_code, unit_count }) => [
    String(id),
    property_name ?? '-',
    address ?? '-',
    city ?? '-',
    state ?? '-',
    zip_code ?? '-',
    unit_count === null ? '-' : formatCount(unit_count),
  ]);
  const header = ['ID', 'NAME', 'ADDRESS', 'CITY', 'STATE', 'ZIP', 'UNITS'];
  return formatTable([header, ...rows], ['right', 'left', 'left', 'left', 'left', 'left', 'right']);
}

const POINT_FORM = /^(-?\d+(?:\.\d+)?),\s*(-?\d+(?:\.\d+)?)$/;

function circle(near: string | undefined, miles: string | undefined): Partial<PropertyQuery> {
  if (near === undefined && miles === undefined) return {};
  if (near === undefined || miles === undefined) throw usage('--near and --miles are given together');
  const [, latitude, longitude] = POINT_FORM.exec(near.trim()) ?? [];
  if (latitude === undefined) throw usage(`--near must be a latitude and a longitude (30.27,-97.74); got "${near}"`);
  const radius = Number(miles);
  if (!(radius > 0)) throw usage(`--miles must be a number greater than 0; got "${miles}"`);
  return { latitude: Number(latitude), longitude: Number(longitude), radius_miles: radius };
}

interface Filters {
  readonly city: string | undefined;
  readonly state: string | undefined;
  readonly zip: string | undefined;
  readonly market: string | undefined;
  readonly name: string | undefined;
  readonly manager: string | undefined;
  readonly near: string | undefined;
  readonly miles: string | undefined;
}

function queryOf({ city, state, zip, market, name, manager, near, miles }: Filters): PropertyQuery {
  return {
    ...(city !== undefined && { city }),
    ...(state !== undefined && { state }),
    ...(zip !== undefined && { zip_code: zip }),
    ...(market !== undefined && { market_name: market }),
    ...(name !== undefined && { name }),
    ...(manager !== undefined && { management_company_name: manager }),
    ...circle(near, miles),
  };
}

export const propertiesList = defineCommand({
  name: 'properties list',
  summary: 'Show the properties that the account may export',
  details:
    'A property must meet every condition. --ids and --uuids print all that are found, one id per line, ready for --ids-file of the ' +
    'other commands; without them a page is shown. Costs no quota.',
  fields: {
    zip_code: '--zip',
    market_name: '--market',
    management_company_name: '--manager',
    radius_miles: '--miles',
    latitude: '--near',
    longitude: '--near',
    state: '--state',
    city: '--city',
    name: '--name',
    per_page: '--per-page',
    page: '--page',
  },
  arguments: {},
  options: {
    state: text('<code>', { description: 'Two-letter state.' }),
    city: text('<name>', { description: 'City.' }),
    zip: text('<code>', { description: 'Five-digit ZIP code.' }),
    market: text('<name>', { description: 'Market.' }),
    name: text('<text>', { description: 'Part of the property’s name.' }),
    manager: text('<text>', { description: 'Part of the management company’s name.' }),
    near: text('<lat,lon>', { description: 'Around this point; with --miles.' }),
    miles: text('<n>', { description: 'Radius around --near.' }),
    ids: flag({ description: 'Only the ids, of all pages, one per line: for `conveyance export --ids-file -`.' }),
    uuids: flag({ description: 'Only the UUIDs, of all pages, one per line: for `conveyance details -`.' }),
    page: wholeNumber('<n>', 1, { description: 'From 1.' }),
    perPage: wholeNumber('<n>', 1, { description: 'Up to 100. Default: 50.' }),
  },
  examples: [
    { line: 'conveyance properties list --state TX --city Austin', meaning: 'What there is in a city' },
    {
      line: 'conveyance properties list --state TX --ids | conveyance export --from 2025-01 --to 2025-12 --ids-file - -o texas.parquet',
      meaning: 'A year of a whole state',
    },
    { line: 'conveyance properties list --near 30.27,-97.74 --miles 3 --uuids', meaning: 'UUIDs around a point' },
  ],
  async run({ options, out, world }) {
    const { ids, uuids, page, perPage, ...filters } = options;
    const query = queryOf(filters);
    const { properties } = openClient(world);
    const { interrupt: signal } = world;
    if (ids && uuids) throw usage('--ids and --uuids exclude each other');
    if (ids || uuids) {
      if (page !== undefined || perPage !== undefined)
        throw usage('--ids and --uuids print all pages: they take no --page');
      const output = new LineOutput(world);
      for await (const { id, reonomy_id } of properties.lookupAll(query, { signal })) {
        if (!(await output.write(`${ids ? id : reonomy_id}\n`))) return;
      }
      return;
    }
    const paging = { ...(page !== undefined && { page }), ...(perPage !== undefined && { per_page: perPage }) };
    const listed = await properties.lookup({ ...query, ...paging }, { signal });
    out.data(listed, table(listed.properties));
    const { total_count: total, total_pages: pages, current_page: current } = listed.pagination;
    if (pages > 1)
      out.say(
        `Page ${current} of ${formatCount(pages)}, ${formatCount(total)} properties; --ids prints the ids of all.`,
      );
  },
});
