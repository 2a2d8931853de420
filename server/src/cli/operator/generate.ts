/** `conveyance generate`. */
import { mkdir } from 'node:fs/promises';
import { basename, resolve } from 'node:path';
import { choice, formatCount, formatTable, month, requiredText, text, wholeNumber } from '@conveyance/cli/terminal';
import { DEMO_SIZES, type DemoSize, type Generated, generateDemo } from '../../demo/generate.ts';
import { defineCommand } from '../world/command.ts';
import { MAP } from './column-names.ts';
import { readListedProperties } from './listed-properties.ts';

const SIZES: readonly DemoSize[] = ['tiny', 'demo', 'bench'];

function sizeText(size: DemoSize): string {
  const { properties, days, parcels } = DEMO_SIZES[size];
  return `${size} (${formatCount(properties)} properties, ${days} days, ${formatCount(parcels)} parcels)`;
}

export function generatedTable(files: Generated['tables']): string {
  const rows = Object.entries(files).map(([table, { rows, file }]) => [table, formatCount(rows), basename(file)]);
  return formatTable([['TABLE', 'ROWS', 'FILE'], ...rows], ['left', 'right', 'left']);
}

export const generate = defineCommand({
  name: 'generate',
  summary: 'Invent demo data: histories of rents, vacancies and leases; deeds, loans, taxes and owners',
  details:
    'Writes one Parquet file per table, ready for `load`. The same options give the same bytes. No real person or property is in ' +
    'it; with --properties-from, the properties are yours and their histories invented. ' +
    'Parameters derived from Apartment List and Zillow Research.',
  arguments: {},
  options: {
    size: choice(SIZES, { description: `How much: ${SIZES.map(sizeText).join(', ')}. Default: demo.` }),
    properties: wholeNumber('<n>', 1, { description: 'This many properties instead.' }),
    parcels: wholeNumber('<n>', 0, {
      description: 'This many further properties without a history of rents: offices, shops, houses, condominiums.',
    }),
    days: wholeNumber('<n>', 1, { description: 'This many days instead.' }),
    seed: wholeNumber('<n>', 0, { description: 'Another seed gives other data. Default: 1.' }),
    end: month({ description: 'The month that the data ends with. Default: the last full month.' }),
    propertiesFrom: text('<file>', {
      description:
        'Histories for these properties: CSV, JSONL or Parquet with property_id or source_id, and state, latitude, longitude where known.',
    }),
    ...MAP,
    out: requiredText('<dir>', {
      description: 'Where the files go; created if it does not exist. Files with the same names are replaced.',
    }),
  },
  examples: [
    {
      line: 'conveyance generate --size demo --out demo-data && conveyance load demo-data',
      meaning: 'A warehouse to try things on',
    },
    { line: 'conveyance generate --size bench --properties 5000 --end 2025-12 --out big', meaning: 'Something larger' },
    {
      line: 'conveyance generate --properties-from mine.csv --map source_id=id --out histories',
      meaning: 'Histories for properties that were loaded with --map source_id=id',
    },
  ],
  async run({ options, out, world }) {
    const outDirectory = resolve(options.out);
    await mkdir(outDirectory, { recursive: true });
    const room = await world.openEngine();
    try {
      const watch = { signal: world.interrupt };
      const { propertiesFrom: list, map, size = 'demo', properties, parcels, days, seed, end } = options;
      const generated = await out.stages.run('Generate data', async () => {
        const propertiesFrom = list === undefined ? undefined : await readListedProperties(room.deps, list, map, watch);
        return generateDemo(
          room.deps,
          { size, properties, parcels, days, seed, end, propertiesFrom, outDirectory },
          watch,
        );
      });
      const { tables, firstDay, lastDay } = generated;
      out.data({ first_day: firstDay, last_day: lastDay, tables }, generatedTable(tables));
      if (!out.json) out.say(`${firstDay} to ${lastDay}. Next: conveyance load ${options.out}`);
    } finally {
      await room.close();
    }
  },
});
