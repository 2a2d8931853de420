/** `conveyance warehouse versions`. */
import { formatBytes, formatCount, formatCounted, formatTable } from '@conveyance/cli/terminal';
import type { VersionSummary } from '../../../core/ports/database/warehouse.ts';
import type { RowChanges, VersionOrigin } from '../../../core/versions/origin.ts';
import { versionFields } from '../../../wire/admin/data.ts';
import { defineCommand } from '../../world/command.ts';
import { asOperator, DATA_DIR } from '../operator.ts';
import { NONE } from './arguments.ts';

const FILES_SHOWN = 2;

function sumOf(changes: VersionOrigin['changes'], what: keyof RowChanges): number {
  return Object.values(changes).reduce((sum, each) => sum + each[what], 0);
}

/** What it came of, in a few words. */
function cameOf({ kind, files, fileCount, mapping, of, condition }: VersionOrigin): string {
  switch (kind) {
    case 'load': {
      const names = files.slice(0, FILES_SHOWN).map((path) => path.slice(path.lastIndexOf('/') + 1));
      const further = fileCount - names.length;
      const more = further > 0 ? ` and ${formatCounted(further, 'file')} more` : '';
      return `load of ${names.join(', ')}${more}${mapping ? ` by ${mapping}` : ''}`;
    }
    case 'rollback':
      return `rollback to version ${of}`;
    case 'delete':
      return `delete of ${condition ?? 'rows'}`;
    case 'erase':
      return 'erasure of a person';
  }
}

function versionRow({ version, committedAt, rows, bytes, origin }: VersionSummary, when: (at: string) => string) {
  const count = (what: keyof RowChanges) => (origin === null ? NONE : formatCount(sumOf(origin.changes, what)));
  return [
    String(version),
    when(committedAt.toISOString()),
    origin?.by ?? NONE,
    formatCount(rows),
    formatBytes(bytes),
    count('added'),
    count('replaced'),
    count('deleted'),
    origin === null ? NONE : cameOf(origin),
    origin?.note ?? '',
  ];
}

const HEADER = ['VERSION', 'WHEN', 'BY', 'ROWS', 'BYTES', 'ADDED', 'REPLACED', 'DELETED', 'CAME OF', 'NOTE'];

export const warehouseVersions = defineCommand({
  name: 'warehouse versions',
  summary: 'List the data versions that can be gone back to, the current one first',
  details:
    'When each was made, by whom, of which files, and what that did to the rows. Old versions are kept as CONVEYANCE_KEPT_VERSIONS, ' +
    'CONVEYANCE_VERSION_RETENTION_DAYS and CONVEYANCE_VERSION_LIMIT say, and while a job or a search reads them.',
  arguments: {},
  options: DATA_DIR,
  examples: [{ line: 'conveyance warehouse versions', meaning: 'What was loaded lately, and by whom?' }],
  async run({ options, out, world }) {
    const versions = await asOperator(world, options, ({ db }) => db.warehouse.versions());
    const lines = formatTable(
      [HEADER, ...versions.map((version) => versionRow(version, out.instant))],
      ['right', 'left', 'left', 'right', 'right', 'right', 'right', 'right'],
    );
    out.data({ versions: versions.map((version, index) => versionFields(version, index === 0)) }, lines);
  },
});
