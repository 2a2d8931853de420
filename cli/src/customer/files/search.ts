/** `conveyance search`. */

import { rename, rm } from 'node:fs/promises';
import type { Conveyance, SearchSettings, SearchSummary } from '@conveyance/sdk';
import { createPrivateFile } from '@conveyance/sdk/node';
import { openKeyClient } from '../../terminal/client.ts';
import { defineCommand } from '../../terminal/command.ts';
import { usage } from '../../terminal/errors.ts';
import { LineOutput } from '../../terminal/line-output.ts';
import { flag, text, texts } from '../../terminal/options.ts';
import type { Output } from '../../terminal/output.ts';
import { STANDARD_OUTPUT } from '../../terminal/standard-streams.ts';
import { formatCounted } from '../../terminal/table.ts';
import type { World } from '../../terminal/world.ts';
import { fetchFileJob, takeUpFileJob } from './follow-file-job.ts';
import { RESULT_OPTIONS } from './result-options.ts';
import { chooseResultPlace, type ResultPlace } from './result-place.ts';
import { readSearchSettings } from './search-plan.ts';

/** Takes a line; false when no more are wanted. */
type Sink = (line: string) => Promise<boolean>;

/** Runs the work with the destination of its lines. A file is there whole or not at all. */
async function withSink<Result>(
  place: Exclude<ResultPlace, { kind: 'directory' }>,
  world: World,
  work: (sink: Sink) => Promise<Result>,
): Promise<Result> {
  if (place.kind === 'stdout') {
    const output = new LineOutput(world);
    return work((line) => output.write(line));
  }
  const part = `${place.path}.part`;
  const file = await createPrivateFile(part);
  try {
    const result = await work(async (line) => {
      await file.appendFile(line);
      return true;
    });
    await file.sync();
    await rename(part, place.path);
    return result;
  } finally {
    await file.close();
    await rm(part, { force: true });
  }
}

interface AtOnce {
  readonly client: Conveyance;
  readonly settings: SearchSettings;
  readonly lineOf: (found: SearchSummary) => string;
  readonly out: Output;
  readonly world: World;
}

/** Page by page, each line as it arrives. Resolves with their number. */
function searchAtOnce({ client, settings, lineOf, out, world }: AtOnce, sink: Sink): Promise<number> {
  return out.stages.run('Search', async (stage) => {
    let rows = 0;
    for await (const found of client.properties.searchAll(settings, { signal: world.interrupt })) {
      if (!(await sink(`${lineOf(found)}\n`))) break;
      rows++;
      stage.progress(rows, null, formatCounted(rows, 'property', 'properties'));
    }
    stage.result(formatCounted(rows, 'property', 'properties'));
    return rows;
  });
}

export const search = defineCommand({
  name: 'search',
  summary: 'Find properties by what is known about them',
  details:
    'A property must meet every setting; if a setting is repeated, any of its values will do. docs/detail-types.md lists the ' +
    'settings. Each line has the property’s id and the days of its updates. A search costs no quota; of properties that your ' +
    'account has not paid for this month, amounts and days are compared in steps (docs/reonomy.md#steps), so it may find more.\n\n' +
    'Reads CONVEYANCE_URL, CONVEYANCE_ACCESS_KEY and CONVEYANCE_SECRET.',
  arguments: {},
  options: {
    set: texts('<name=value>', {
      description:
        'A setting: city="New York", building_area.min=100000, sales_date.max=2025-12-31, owner_occupied=true.',
    }),
    file: text('<file>', { description: 'JSON as the API takes it, {"settings": {…}}; - reads standard input.' }),
    ids: flag({ description: 'Only the ids, one per line: for `conveyance details -`.' }),
    asJob: flag({ description: 'Run it as a batch job: for very many properties.' }),
    ...RESULT_OPTIONS,
    output: text('<path>', { short: 'o', description: 'A file, or - for standard output. Default: -.' }),
    job: text('<id>', { description: 'Continue with this batch job instead of a new search.' }),
  },
  examples: [
    { line: 'conveyance search --set state=NY --set year_built.max=1930 -o old.ndjson', meaning: 'Old buildings' },
    {
      line: 'conveyance search --set city="New York" --set building_area.min=100000 --ids | conveyance details - --type sales -o -',
      meaning: 'The sales of large buildings',
    },
    { line: 'conveyance search --file search.json --as-job -o found.ndjson', meaning: 'Very many, as a job' },
  ],
  async run({ options, out, world }) {
    const client = openKeyClient(world);
    const place = await chooseResultPlace(options.output ?? STANDARD_OUTPUT, options.force);
    const run = { client, out, world, jobType: 'search' as const };
    const terms = { title: 'Search', place, timeoutSeconds: options.timeout, resume: !options.restart };
    if (options.job !== undefined) {
      if (options.set.length > 0 || options.file !== undefined) throw usage('--job takes no --set and no --file');
      await takeUpFileJob(run, options.job, terms);
      return;
    }
    const settings = await readSearchSettings(options, world);
    if (options.asJob) {
      if (options.ids) throw usage('--ids is for a search without a job: leave out --as-job');
      const job = await client.files.submitSearch(settings, { signal: world.interrupt });
      await fetchFileJob(run, job.id, terms);
      return;
    }
    if (place.kind === 'directory') throw usage('--output: name a file, or - for standard output');
    const lineOf = options.ids ? ({ id }: SearchSummary) => id : (found: SearchSummary) => JSON.stringify(found);
    const rows = await withSink(place, world, (sink) => searchAtOnce({ client, settings, lineOf, out, world }, sink));
    if (place.kind === 'file') out.data({ path: place.path, rows }, place.path);
  },
});
