/** `conveyance match`. */
import type { Conveyance, FileJob, MatchMetadata } from '@conveyance/sdk';
import { openKeyClient } from '../../terminal/client.ts';
import { defineCommand } from '../../terminal/command.ts';
import { usage } from '../../terminal/errors.ts';
import { flag, optionalArgument, text, texts } from '../../terminal/options.ts';
import { formatBytes } from '../../terminal/table.ts';
import { readCsvInput } from './csv-input.ts';
import { fetchFileJob, takeUpFileJob } from './follow-file-job.ts';
import { chooseColumns, inOwnWords, mapOption } from './match-plan.ts';
import { RESULT_OPTIONS } from './result-options.ts';
import { chooseResultPlace } from './result-place.ts';
import { VerdictTally } from './verdict-tally.ts';

interface NewMatch {
  readonly file: string | undefined;
  readonly map: readonly string[];
  readonly explain: boolean;
}

function requireNothingNew({ file, map, explain }: NewMatch): void {
  const given = [file !== undefined && 'file', map.length > 0 && '--map', explain && '--explain'].filter(
    (each) => each !== false,
  );
  if (given.length > 0) throw usage(`--job continues an existing job: it takes no ${given.join(', ')}`);
}

async function submit(client: Conveyance, file: Blob, metadata: MatchMetadata, signal: AbortSignal): Promise<FileJob> {
  try {
    return await client.files.submitMatch(file, metadata, { signal });
  } catch (error) {
    throw inOwnWords(error);
  }
}

export const match = defineCommand({
  name: 'match',
  summary: 'Find the properties behind a file of addresses or coordinates',
  details:
    'Submits a batch job, waits, downloads your file with reonomy_id, status and miss_reason before its columns, and verifies it. ' +
    'Takes up to 100,000 rows and keeps every one. Without --map it finds the columns by their names, if those leave no doubt. It costs ' +
    'no quota. An access key runs one batch job at a time. Ctrl-C stops waiting and leaves the job to the server; --job continues ' +
    'with it. docs/match.md says how addresses are matched.\n\n' +
    'Reads CONVEYANCE_URL, CONVEYANCE_ACCESS_KEY and CONVEYANCE_SECRET.',
  arguments: { file: optionalArgument('A CSV file whose first line names its columns; - reads standard input.') },
  options: {
    map: texts('<parameter=column,…>', {
      description:
        'Which column holds what: address_line_1, address_city, address_state and address_postal, or latitude and longitude. ' +
        'Separated by commas, or repeated. Several columns for address_line_1, such as number and street, are joined.',
    }),
    explain: flag({ description: 'Add columns that say why: confidence, codes, matched address, candidates.' }),
    ...RESULT_OPTIONS,
    output: text('<path>', {
      short: 'o',
      description:
        'The file, a directory for it, or - for standard output. Default: the current directory, named after the job’s id, also for a file from standard input.',
    }),
    detach: flag({ description: 'Only submit: print the job’s id and exit.' }),
    job: text('<id>', { description: 'Continue with this job instead of a new one.' }),
  },
  examples: [
    {
      line: 'conveyance match addresses.csv -o matched.csv',
      meaning: 'Columns like Address, City, State, Zip are found',
    },
    {
      line: 'conveyance match list.csv --map address_line_1=Street,address_city=Town,address_state=ST,address_postal=PLZ --explain',
      meaning: 'Columns with other names, and the evidence',
    },
    { line: 'conveyance match points.csv --map latitude=y,longitude=x -o -', meaning: 'Coordinates' },
  ],
  async run({ args, options, out, world }) {
    const client = openKeyClient(world);
    const run = { client, out, world, jobType: 'match' as const };
    const place = await chooseResultPlace(options.output, options.force);
    const tally = new VerdictTally();
    const terms = { title: 'Match', place, timeoutSeconds: options.timeout, resume: !options.restart, tally };
    if (options.job !== undefined) {
      requireNothingNew({ ...options, file: args.file });
      await takeUpFileJob(run, options.job, terms);
      return;
    }
    if (args.file === undefined) {
      throw usage('missing: a CSV file, or - for standard input; or --job to continue with an existing job');
    }
    const { source, file, columns } = await readCsvInput(args.file, world);
    const { mapping, guessed } = chooseColumns(options.map, columns, source);
    if (guessed) out.say(`Columns by their names:  ${mapOption(mapping)}`);
    const job = await out.stages.run('Submit', async (stage) => {
      const metadata = { headers: columns, mapping, ...(options.explain && { explain: true }) };
      const submitted = await submit(client, file, metadata, world.interrupt);
      stage.result(formatBytes(file.size));
      return submitted;
    });
    if (options.detach) {
      out.data({ job_id: job.id }, job.id);
      if (!out.json) out.say(`Get the file:  conveyance match --job ${job.id}`);
      return;
    }
    await fetchFileJob(run, job.id, terms);
    return;
  },
});
