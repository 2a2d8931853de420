/** `conveyance warehouse check`. */
import { EXIT_CODES, flag, formatBytes, formatCounted, formatTable, wholeNumber } from '@conveyance/cli/terminal';
import type { Deps } from '../../../core/ports/deps.ts';
import { checkObjects, type FaultyObject } from '../../../warehouse/history/check.ts';
import { requireVersion, versionOrCurrent } from '../../../warehouse/history/versions.ts';
import { defineCommand } from '../../world/command.ts';
import { asOperator, DATA_DIR } from '../operator.ts';

async function chosenVersions(deps: Pick<Deps, 'db'>, isAll: boolean, version: number | null) {
  if (!isAll) return [await versionOrCurrent(deps, version)];
  const all = await deps.db.warehouse.versions();
  return Promise.all(all.map((each) => requireVersion(deps, each.version)));
}

function faultJson({ table, key, fault, expected, found }: FaultyObject) {
  return { table, key, fault, expected, found };
}

function faultLine({ table, key, fault, expected, found }: FaultyObject): string[] {
  const sizes =
    found === null ? '' : `${formatBytes(expected.bytes)} were written, ${formatBytes(found.bytes)} are there`;
  return [fault, table, key, sizes];
}

export const warehouseCheck = defineCommand({
  name: 'warehouse check',
  summary: 'Re-read the objects of a data version and compare them with its checksums',
  details:
    'Reads every byte: a disk of 500 MB/s takes some 2 s for each GB. Exits with 1 if an object is missing or has changed; ' +
    '`warehouse versions` then shows which version to go back to, and a backup has the object.',
  arguments: {},
  options: {
    dataVersion: wholeNumber('<n>', 1, { description: 'Of this data version. Default: the current one.' }),
    all: flag({ description: 'Of all data versions that there are.' }),
    ...DATA_DIR,
  },
  examples: [
    { line: 'conveyance warehouse check', meaning: 'Is every byte as it was written?' },
    { line: 'conveyance warehouse check --all --json', meaning: 'The same for old versions, for a monitor' },
  ],
  async run({ options, out, world }) {
    const checked = await asOperator(world, options, (deps) =>
      out.stages.run('Read the objects', async (stage) => {
        const versions = await chosenVersions(deps, options.all, options.dataVersion ?? null);
        const found = await checkObjects(deps, versions, {
          signal: world.interrupt,
          onProgress: (done, total) => stage.progress(done, total, 'objects'),
        });
        stage.result(`${formatCounted(found.objects, 'object')}, ${formatBytes(found.bytes)}`);
        return { ...found, versions: versions.map(({ version }) => version) };
      }),
    );
    const { faults, objects, bytes, versions } = checked;
    const ok = faults.length === 0;
    out.data(
      { ok, versions, objects, bytes, faults: faults.map(faultJson) },
      ok
        ? `All ${formatCounted(objects, 'object')} are as they were written`
        : formatTable([['FAULT', 'TABLE', 'OBJECT', ''], ...faults.map(faultLine)]),
    );
    return ok ? EXIT_CODES.ok.code : EXIT_CODES.other.code;
  },
});
