/** `conveyance load`. */
import { existsSync } from 'node:fs';
import { mkdtemp, rename, rm } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import {
  flag,
  type Output,
  optionalArguments,
  type Stages,
  text,
  texts,
  usage,
  wholeNumber,
} from '@conveyance/cli/terminal';
import type { Deps } from '../../../core/ports/deps.ts';
import type { GivenFormat } from '../../../warehouse/formats/text-format.ts';
import type { NullInvalid } from '../../../warehouse/load/column-mapping.ts';
import {
  DEFAULT_MAX_REJECTS,
  LOAD_STAGES,
  type LoadOptions,
  type LoadReport,
  type LoadStage,
} from '../../../warehouse/load/load.ts';
import { loadAndRecord, recordUnfetched } from '../../../warehouse/loads/recorded-load.ts';
import { type ProposeOptions, proposeMapping } from '../../../warehouse/propose/propose-mapping.ts';
import { loadFields } from '../../../warehouse/remote/load-fields.ts';
import { TABLES } from '../../../warehouse/tables.ts';
import { defineCommand } from '../../world/command.ts';
import { operatorName } from '../../world/operator-name.ts';
import { MAP, parseColumnNames } from '../column-names.ts';
import { asOperator, DATA_DIR } from '../operator.ts';
import { givenOf, SOURCE_OPTIONS, withAddresses } from './addresses.ts';
import { FORMAT_OPTIONS, formatOf } from './format-options.ts';
import { type MappingFile, readMappingFile } from './mapping-file.ts';
import { mappingText } from './mapping-text.ts';
import { loadRemotely } from './remote-load.ts';
import { resultOf, sayWhatWasChanged, sayWhatWasRejected, tableOf } from './report.ts';
import { withStandardInput } from './standard-input.ts';
import { WATCH, watchedFolder, watchFolder } from './watch.ts';

/** Loads as one stage whose line says what is being done. Shared with the demo. */
export function loadWithStage(
  deps: Deps,
  stages: Stages,
  options: LoadOptions,
  { title, signal }: { readonly title: string; readonly signal: AbortSignal },
): Promise<LoadReport> {
  return stages.run(title, async (stage) => {
    const onStage = (name: LoadStage, done: number, total: number): void => {
      // Each part of the work fills its quarter: their relative duration depends on the files.
      const share = LOAD_STAGES.indexOf(name) + (total === 0 ? 0 : done / total);
      stage.progress(share, LOAD_STAGES.length, name);
    };
    const report = await loadAndRecord(deps, options, { origin: 'command' }, { signal, onStage });
    stage.result(resultOf(loadFields(report)));
    return report;
  });
}

function parseNullInvalid(words: readonly string[]): NullInvalid {
  const names = words.flatMap((word) => word.split(',')).map((word) => word.trim());
  return names.includes('all') ? 'all' : names;
}

/**
 * The work, with a place for rejects that nobody else can reach beforehand: the engine would write through a link that somebody has put
 * where the file goes. Whatever becomes of the load, the file then gets its name, in the place of what had it.
 */
async function withPrivateRejects<Result>(
  rejectFile: string | null,
  work: (unnamed: { readonly unnamedRejectFile?: string }) => Promise<Result>,
): Promise<Result> {
  if (rejectFile === null) return work({});
  const directory = await mkdtemp(join(dirname(rejectFile), '.rejects-'));
  const unnamed = join(directory, 'rejects.csv');
  try {
    return await work({ unnamedRejectFile: unnamed });
  } finally {
    if (existsSync(unnamed)) await rename(unnamed, rejectFile);
    await rm(directory, { recursive: true, force: true });
  }
}

interface Words {
  readonly map: readonly string[];
  readonly dryRun: boolean;
  readonly maxRejects: number | undefined;
  readonly rejectFile: string | undefined;
  readonly nullInvalid: readonly string[];
  readonly note: string | undefined;
}

interface Read {
  readonly table: string | null;
  readonly format: GivenFormat;
  readonly mapping: MappingFile | null;
}

/** All but the files. */
function optionsOf(words: Words, { table, format, mapping }: Read) {
  const { map, dryRun, maxRejects, rejectFile, nullInvalid, note } = words;
  return {
    table,
    format,
    ...(mapping !== null && { mapping: mapping.files, mappingName: mapping.name }),
    columnNames: parseColumnNames(map),
    dryRun,
    maxRejects: maxRejects ?? DEFAULT_MAX_REJECTS,
    rejectFile: rejectFile === undefined ? null : resolve(rejectFile),
    nullInvalid: parseNullInvalid(nullInvalid),
    by: operatorName(),
    ...(note !== undefined && { note }),
  };
}

function refuseBoth(flagName: string, others: Readonly<Record<string, boolean>>): void {
  const other = Object.keys(others).find((name) => others[name]);
  if (other !== undefined) throw usage(`${flagName} and ${other} cannot be given together: a mapping says both`);
}

async function propose(deps: Deps, out: Output, options: ProposeOptions, signal: AbortSignal): Promise<void> {
  const mapping = mappingText(await proposeMapping(deps, options, { signal }));
  out.data({ mapping }, mapping.trimEnd());
}

export const load = defineCommand({
  name: 'load',
  summary: 'Load files into the warehouse, as one new data version',
  details:
    'CSV, JSONL or Parquet. The name of a file or of its directory says which table it fills (unit_days-2025-01.csv, ' +
    'unit_days/2025-01.parquet), or --table does. Rows are checked for types, ranges, keys and sentinel dates; a row replaces the ' +
    'stored row with the same key. Everything becomes visible in one step or, if the load fails or is killed, nothing does. Running jobs ' +
    `keep reading the version that they were submitted under.\n\nTables: ${Object.keys(TABLES).join(', ')}.`,
  arguments: {
    paths: optionalArguments(
      'Files, directories with files named after tables, patterns in quotes, as "feed/**/*.csv", - for standard input, or addresses: https://….',
    ),
  },
  options: {
    table: text('<name>', { description: 'The table of every file, whatever its name.' }),
    ...MAP,
    mapping: text('<file>', {
      description:
        'A YAML file that says which files fill which tables, and what becomes of their columns. In the place of --table and --map.',
    }),
    propose: flag({
      description:
        'Load nothing: write a mapping file for these files to standard output, from their headers and first rows.',
    }),
    ...FORMAT_OPTIONS,
    ...SOURCE_OPTIONS,
    dryRun: flag({ description: 'Check and report; store nothing.' }),
    maxRejects: wholeNumber('<n>', 0, {
      description: `Refuse the load when more rows than this are rejected. Default: ${DEFAULT_MAX_REJECTS}.`,
    }),
    nullInvalid: texts('<column|all>', {
      description:
        'Load an invalid cell of this column as empty, and tell how many, instead of rejecting its row. Separated by commas, or repeated.',
    }),
    ...WATCH,
    note: text('<text>', { description: 'What the load is for; `warehouse versions` shows it.' }),
    rejectFile: text('<path>', {
      description: 'Write the rejected rows to this CSV file, with line and reason. Default: none is written.',
    }),
    server: text('<url>', {
      description:
        'Send the files to a server elsewhere, and load them there: as an operator, by the token in CONVEYANCE_TOKEN. What was sent already is not sent again.',
    }),
    ...DATA_DIR,
  },
  examples: [
    { line: 'conveyance load demo-data', meaning: 'Everything that `conveyance generate --out demo-data` wrote' },
    {
      line: 'conveyance load feed.csv --table properties --map source_id=id --map zip_code=zip --dry-run',
      meaning: 'Would a provider’s file fit?',
    },
    {
      line: 'conveyance load acme/*.csv --propose > acme.yaml',
      meaning: 'Begin a mapping file for a provider’s exports',
    },
    { line: 'conveyance load acme/*.csv --mapping acme.yaml', meaning: 'Load them by it' },
    {
      line: 'conveyance load feed.csv --table properties --null-invalid year_built,zip_code',
      meaning: 'A bad year or ZIP code costs only itself',
    },
    {
      line: 'conveyance load --watch /srv/incoming --mapping acme.yaml',
      meaning: 'Whatever appears there, as it appears',
    },
    { line: 'conveyance load feed/*.csv --server https://data.example.com', meaning: 'From another machine' },
  ],
  async run({ args, options, out, world }) {
    const [table, format] = [options.table ?? null, formatOf(options)];
    const { server, note, propose: isProposal, dryRun, rejectFile: rejects } = options;
    const others = { '--server': server !== undefined, '--propose': isProposal, '--dry-run': dryRun };
    const folder = watchedFolder(options, {
      paths: args.paths,
      others: { ...others, '--reject-file': rejects !== undefined },
    });
    if (options.propose) {
      if (options.server !== undefined) throw usage('--propose looks at files of this machine: leave --server out');
      refuseBoth('--propose', { '--mapping': options.mapping !== undefined, '--map': options.map.length > 0 });
      await withStandardInput(args.paths, world, (words) => {
        const given = givenOf(words, options);
        return asOperator(world, options, (deps) =>
          withAddresses(deps, given, { out, signal: world.interrupt }, ({ paths }) =>
            propose(deps, out, { paths, table, format }, world.interrupt),
          ),
        );
      });
      return;
    }
    if (options.mapping !== undefined) {
      refuseBoth('--mapping', { '--table': table !== null, '--map': options.map.length > 0 });
    }
    const mapping = options.mapping === undefined ? null : await readMappingFile(options.mapping);
    const loadOptions = optionsOf(options, { table, format, mapping });
    if (folder !== null) {
      const watching = { folder, options: loadOptions, out, stopped: world.interrupt };
      await asOperator(world, options, (deps) => watchFolder({ ...watching, deps }));
      return;
    }
    if (server !== undefined) {
      if (options.dataDir !== undefined) throw usage('--server and --data-dir: the data is in one place');
      if (givenOf(args.paths, options).requests.length > 0)
        throw usage('--server takes files of this machine, and fetches no address: run this on the server’s machine');
      const { columnNames, dryRun, maxRejects, rejectFile, nullInvalid } = loadOptions;
      const remote = { server, table, columnNames, mapping, format, dryRun, maxRejects, nullInvalid, rejectFile };
      await withStandardInput(args.paths, world, (given) =>
        loadRemotely(
          given.map((path) => resolve(path)),
          { ...remote, note: note ?? null },
          { out, world },
        ),
      );
      return;
    }
    const title = options.dryRun ? 'Check the files' : 'Load the files';
    const signal = world.interrupt;
    const fields = await withStandardInput(args.paths, world, (words) => {
      const given = givenOf(words, options);
      return asOperator(world, options, (deps) => {
        const missed = (sources: readonly string[], error: unknown) =>
          recordUnfetched(deps, loadOptions, { cause: { origin: 'command', sources }, error });
        return withAddresses(deps, given, { out, signal, missed }, ({ paths, options: fetched, told }) =>
          withPrivateRejects(loadOptions.rejectFile, async (unnamed) => {
            const all = { ...loadOptions, ...unnamed, ...fetched, paths };
            return told(loadFields(await loadWithStage(deps, out.stages, all, { title, signal })));
          }),
        );
      });
    });
    sayWhatWasChanged(out, fields, mapping !== null);
    sayWhatWasRejected(out, fields);
    out.data(fields, tableOf(fields));
  },
});
