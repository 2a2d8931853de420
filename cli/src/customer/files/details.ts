/** `conveyance details`. */
import { DETAIL_TYPES } from '@conveyance/sdk';
import { openKeyClient } from '../../terminal/client.ts';
import { defineCommand } from '../../terminal/command.ts';
import { usage } from '../../terminal/errors.ts';
import { flag, optionalArguments, text, texts } from '../../terminal/options.ts';
import { formatCounted } from '../../terminal/table.ts';
import { uuidsOf } from '../properties/either-id.ts';
import { type DetailsOptions, readDetailsFields } from './details-plan.ts';
import { fetchFileJob, takeUpFileJob } from './follow-file-job.ts';
import { readIds } from './id-input.ts';
import { RESULT_OPTIONS } from './result-options.ts';
import { chooseResultPlace } from './result-place.ts';

function requireNothingNew(ids: readonly string[], options: DetailsOptions & { readonly idsFile: string | undefined }) {
  const given = [
    ids.length > 0 && 'ids',
    options.idsFile !== undefined && '--ids-file',
    options.type !== undefined && '--type',
    options.updated.length > 0 && '--updated',
    options.noPii && '--no-pii',
  ].filter((each) => each !== false);
  if (given.length > 0) throw usage(`--job continues an existing job: it takes no ${given.join(', ')}`);
}

export const details = defineCommand({
  name: 'details',
  summary: 'Fetch what is known about properties: owners, sales, mortgages, taxes, tenants',
  details:
    'Submits a batch job, waits, downloads its files and verifies each: one property per line, in the order of the ids. Takes up to ' +
    '1,000,000 ids, UUIDs as a search returns them or the numbers of reports. An access key runs one batch job at a time. Ctrl-C stops waiting and leaves ' +
    'the job to the server; --job continues with it.\n\n' +
    'Reads CONVEYANCE_URL, CONVEYANCE_ACCESS_KEY and CONVEYANCE_SECRET.',
  fields: { detail_type: '--type', property_ids: '--ids-file', updated: '--updated' },
  arguments: { ids: optionalArguments('Property ids; - reads them from standard input, one per line.') },
  options: {
    idsFile: text('<file>', { description: 'A file with one property id per line, or with the output of a search.' }),
    type: text('<list>', {
      description: `What to fetch, separated by commas: ${DETAIL_TYPES.join(', ')}. Default: basic.`,
    }),
    updated: texts('<day>', {
      description:
        'Only properties updated on that day or later, in any type or, as TYPE=DAY (repeated: in either), in that one.',
    }),
    noPii: flag({ description: 'Leave out what identifies a person.' }),
    ...RESULT_OPTIONS,
    detach: flag({ description: 'Only submit: print the job’s id and exit.' }),
    job: text('<id>', { description: 'Continue with this job instead of a new one.' }),
  },
  examples: [
    {
      line: 'conveyance details 141cb585-8c43-5e8e-b4cc-d8b8b920492a --type basic,sales -o -',
      meaning: 'One property and its sales, as a line of JSON on standard output',
    },
    {
      line: 'conveyance details --ids-file portfolio.txt --type ownership,mortgages --updated 2026-01-01 -o changes.ndjson',
      meaning: 'What has changed this year in a list of properties',
    },
    {
      line: 'conveyance search --set city="New York" --set building_area.min=100000 --ids | conveyance details - --type sales -o -',
      meaning: 'The sales of whatever a search finds',
    },
  ],
  async run({ args, options, out, world }) {
    const client = openKeyClient(world);
    const run = { client, out, world, jobType: 'property-details' as const };
    const place = await chooseResultPlace(options.output, options.force);
    const terms = { title: 'Details', place, timeoutSeconds: options.timeout, resume: !options.restart };
    if (options.job !== undefined) {
      requireNothingNew(args.ids, options);
      await takeUpFileJob(run, options.job, terms);
      return;
    }
    const fields = readDetailsFields(options);
    const ids = await readIds(args.ids, options.idsFile, world);
    const job = await out.stages.run('Submit', (stage) => {
      let count = 0;
      async function* counted() {
        for await (const id of uuidsOf(client, ids, world.interrupt)) {
          count++;
          yield id;
        }
        stage.result(formatCounted(count, 'id'));
      }
      return client.files.submitDetails({ ...fields, property_ids: counted() }, { signal: world.interrupt });
    });
    if (options.detach) {
      out.data({ job_id: job.id }, job.id);
      if (!out.json) out.say(`Get the files:  conveyance details --job ${job.id}`);
      return;
    }
    await fetchFileJob(run, job.id, terms);
    return;
  },
});
