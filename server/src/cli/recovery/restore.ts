/** `conveyance restore`. */
import {
  EXIT_CODES,
  flag,
  formatBytes,
  formatCount,
  formatCounted,
  formatTable,
  type Output,
  text,
  usage,
} from '@conveyance/cli/terminal';
import { type BackupHeader, findBackup, listBackups, readHeader } from '../../backup/place.ts';
import { checkBackup, type Restored, restoreBackup } from '../../backup/restore.ts';
import type { Deps } from '../../core/ports/deps.ts';
import type { ObjectStore } from '../../core/ports/store.ts';
import { eraseListed } from '../../jobs/erasure/apply-list.ts';
import type { ErasureReport } from '../../jobs/erasure/erase.ts';
import { asOperator, DATA_DIR, dataDirSettings } from '../operator/operator.ts';
import { defineCommand } from '../world/command.ts';
import { operatorName } from '../world/operator-name.ts';
import type { World } from '../world/world.ts';
import { inSteps, PLACE } from './place.ts';

function headerJson({ id, release, startedAt, finishedAt, tables, objects, missing, masterKey }: BackupHeader) {
  return {
    id,
    release,
    started_at: startedAt,
    finished_at: finishedAt,
    rows: tables.reduce((sum, { rows }) => sum + rows, 0),
    objects: objects.count,
    object_bytes: objects.contentBytes,
    with_master_key: masterKey.key !== null,
    missing,
  };
}

async function headersOf(place: ObjectStore): Promise<readonly BackupHeader[]> {
  return Promise.all((await listBackups(place)).map((id) => readHeader(place, id)));
}

function listTable(headers: readonly BackupHeader[]): string {
  if (headers.length === 0) return 'There is no whole backup';
  const rows = headers.map(({ id, release, startedAt, objects, missing, masterKey }) => [
    id,
    startedAt,
    release,
    formatCount(objects.count),
    formatBytes(objects.contentBytes),
    masterKey.key === null ? 'no' : 'yes',
    missing.length === 0 ? '' : `${missing.length} missing`,
  ]);
  return formatTable([['ID', 'OF', 'RELEASE', 'OBJECTS', 'BYTES', 'MASTER KEY', ''], ...rows]);
}

function summaryOf(
  header: BackupHeader,
  { rows, objects, revokedCredentials }: Restored,
  erased: ErasureReport | null,
): string {
  return [
    `Restored ${header.id} of ${header.startedAt}: ${formatCounted(rows, 'row')}, ${formatCounted(objects, 'object')}`,
    ...(revokedCredentials === null
      ? []
      : [
          `Without the master key ${formatCounted(revokedCredentials, 'credential')} had to be revoked; sessions, invitations and webhook secrets are gone, links that were handed out are void, SFTP has new host keys, and the list of erased persons is void: erase them again. Give customers new credentials (\`conveyance keys create\`, \`conveyance tokens create\`), and tell those with webhooks to fetch the new secret.`,
        ]),
    ...(erased === null
      ? []
      : [
          'Persons who had been erased were in the backup: they have been erased again, by the latest list of the place.',
        ]),
    ...header.missing.map((key) => `MISSING ${key}: the server that was backed up did not have it any more`),
    'Start the server: jobs that had not ended are run again, schedules and webhooks go on.',
  ].join('\n');
}

interface Around {
  readonly out: Output;
  readonly world: World;
}

async function showList(place: ObjectStore, out: Output): Promise<number> {
  const headers = await headersOf(place);
  out.data({ backups: headers.map(headerJson) }, listTable(headers));
  return EXIT_CODES.ok.code;
}

async function check(place: ObjectStore, header: BackupHeader, { out, world }: Around): Promise<number> {
  const faults = await inSteps(out.stages, 'Check', world.interrupt, (watch) => checkBackup({ place }, header, watch));
  const isWhole = faults.length === 0;
  out.data({ ...headerJson(header), faults }, isWhole ? `Backup ${header.id} is whole` : faults.join('\n'));
  return isWhole ? EXIT_CODES.ok.code : EXIT_CODES.other.code;
}

/** Who was erased after the backup was made is in the lists of later ones. */
async function eraseAgain(deps: Deps, place: ObjectStore, { out, world }: Around): Promise<ErasureReport | null> {
  const newest = (await headersOf(place)).at(-1);
  const listed = (newest?.erased ?? []).map(({ hash, sieve }) => ({ hash: Buffer.from(hash, 'hex'), sieve }));
  return out.stages.run('Hold it against the list of erased persons', () =>
    eraseListed(deps, listed, operatorName(), { signal: world.interrupt }),
  );
}

async function putBack(
  place: ObjectStore,
  header: BackupHeader,
  options: { readonly dataDir: string | undefined; readonly newMasterKey: boolean },
  { out, world }: Around,
): Promise<number> {
  const settings = dataDirSettings(options.dataDir);
  const room = await world.openRestore({ settings, place, header, allowNewMasterKey: options.newMasterKey });
  const restored = await inSteps(out.stages, 'Restore', world.interrupt, (watch) =>
    restoreBackup(room.value, header, room.value, watch),
  ).finally(() => room.close());
  // As the server will: this brings the schema of an older backup up to this release.
  const { current, erased } = await asOperator(world, options, async (deps) => {
    const erased = room.value.hasMasterKey ? await eraseAgain(deps, place, { out, world }) : null;
    return { current: await deps.db.warehouse.current(), erased };
  });
  const { rows, objects, revokedCredentials } = restored;
  out.data(
    {
      ...headerJson(header),
      restored_rows: rows,
      restored_objects: objects,
      revoked_credentials: revokedCredentials,
      data_version: current?.version ?? null,
      erased_again: erased !== null,
    },
    summaryOf(header, restored, erased),
  );
  return EXIT_CODES.ok.code;
}

export const restore = defineCommand({
  name: 'restore',
  summary: 'Put a backup back into an empty data directory, or an empty database and bucket',
  details:
    'Takes the place of nothing: it refuses a database with tables and a store with objects. Every byte is compared with the backup’s sums. Broken off at any ' +
    'point it leaves a database that no server opens; run it again, and it goes on. The master key is taken from CONVEYANCE_MASTER_KEY, from master.key in ' +
    'the data directory or from the backup, in this order, and must be the one of the server that was backed up. The embedded database gets a new ' +
    'password. Make sure that the old server is gone: two of them would run the same schedules and send the same webhooks.',
  arguments: PLACE,
  options: {
    backup: text('<id>', { description: 'Which one. Default: the newest.' }),
    list: flag({ description: 'Show the backups of the place, and do nothing.' }),
    check: flag({ description: 'Read the whole backup and compare it with its sums, and do nothing else.' }),
    newMasterKey: flag({ description: 'Go on if the master key is lost; the command says what is void then.' }),
    ...DATA_DIR,
  },
  examples: [
    { line: 'conveyance restore /mnt/backup/conveyance --data-dir /var/lib/conveyance', meaning: 'The newest backup' },
    { line: 'conveyance restore s3://acme-backup/conveyance --check', meaning: 'Could it be restored?' },
  ],
  async run({ args, options, out, world }) {
    if (options.list && options.check) throw usage('--list and --check are two things: choose one');
    const { value: place, close } = await world.openBackups(dataDirSettings(options.dataDir), args.place);
    try {
      if (options.list) return await showList(place, out);
      const header = await findBackup(place, options.backup ?? null);
      if (options.check) return await check(place, header, { out, world });
      return await putBack(place, header, options, { out, world });
    } finally {
      await close();
    }
  },
});
