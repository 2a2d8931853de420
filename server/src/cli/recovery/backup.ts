/** `conveyance backup`. */
import { EXIT_CODES, flag, formatBytes, formatCount, formatCounted, wholeNumber } from '@conveyance/cli/terminal';
import { type FinishedBackup, makeBackup } from '../../backup/make.ts';
import { keepNewest } from '../../backup/tidy.ts';
import { DATA_DIR, dataDirSettings } from '../operator/operator.ts';
import { defineCommand } from '../world/command.ts';
import { inSteps, PLACE } from './place.ts';

function summaryOf({ header, copiedObjects, copiedBytes }: FinishedBackup, gone: readonly string[]): string {
  const { id, tables, objects, missing, masterKey } = header;
  const rows = tables.reduce((sum, table) => sum + table.rows, 0);
  const others = copiedObjects < objects.count ? '; the others were there' : '';
  const copied = `${formatCount(copiedObjects)} of them copied now, ${formatBytes(copiedBytes)}${others}`;
  return [
    `Backup ${id}: ${formatCounted(rows, 'row')}, ${formatCounted(objects.count, 'object')} of ${formatBytes(objects.contentBytes)} (${copied})`,
    masterKey.key === null
      ? 'The master key is not in it: keep it elsewhere. Without it no credential, link or webhook secret of this backup works.'
      : 'The master key is in it: whoever reads this backup can forge every credential.',
    ...(gone.length > 0 ? [`Deleted: ${gone.join(', ')}`] : []),
    ...missing.map((key) => `MISSING ${key}: it was not in the store, or had changed there`),
  ].join('\n');
}

export const backup = defineCommand({
  name: 'backup',
  summary: 'Copy database and files to a folder or a bucket, while the server works',
  details:
    'The database as it was at one moment, and every object that it names: data versions, results, uploads of unfinished jobs. No sweep deletes any of ' +
    'them meanwhile. A place keeps many backups and each object once, so the second one copies what is new. A backup that was broken off is none; run it ' +
    'again. Exits with 1 if an object was missing in the server’s store; the backup then has all others. Without --with-master-key it is no use without ' +
    'the master key, which must then be kept elsewhere.',
  arguments: PLACE,
  options: {
    withMasterKey: flag({ description: 'Put the master key into it, too.' }),
    keep: wholeNumber('<n>', 1, {
      description: 'Then delete all but that many backups of the place. Default: all stay.',
    }),
    ...DATA_DIR,
  },
  examples: [
    { line: 'conveyance backup /mnt/backup/conveyance --keep 14', meaning: 'Every night: the last two weeks' },
    { line: 'conveyance backup s3://acme-backup/conveyance', meaning: 'To a bucket, of the S3 server in the settings' },
  ],
  async run({ args, options, out, world }) {
    const { value: deps, close } = await world.openBackup(dataDirSettings(options.dataDir), args.place);
    try {
      const { withMasterKey, keep } = options;
      const finished = await inSteps(out.stages, 'Back up', world.interrupt, (watch) =>
        makeBackup(deps, { withMasterKey }, watch),
      );
      const gone = keep === undefined ? [] : await keepNewest(deps.place, keep);
      const { header, copiedObjects, copiedBytes } = finished;
      const { id, startedAt, finishedAt, missing, masterKey } = header;
      out.data(
        {
          id,
          started_at: startedAt,
          finished_at: finishedAt,
          rows: header.tables.reduce((sum, table) => sum + table.rows, 0),
          objects: header.objects.count,
          object_bytes: header.objects.contentBytes,
          copied_objects: copiedObjects,
          copied_bytes: copiedBytes,
          with_master_key: masterKey.key !== null,
          missing,
          deleted: gone,
        },
        summaryOf(finished, gone),
      );
      return missing.length === 0 ? EXIT_CODES.ok.code : EXIT_CODES.other.code;
    } finally {
      await close();
    }
  },
});
