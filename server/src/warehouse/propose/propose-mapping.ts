/** `conveyance load --propose`: what a mapping of files that nobody has described could be. */

import { isScalar } from '../../core/column-types.ts';
import { ConveyanceError } from '../../core/errors.ts';
import type { Deps } from '../../core/ports/deps.ts';
import type { Watch } from '../../core/ports/engine.ts';
import { DecodedCopies, HEAD_BYTES } from '../formats/decode.ts';
import { sniffForms } from '../formats/sniff.ts';
import type { FoundFormat, GivenFormat } from '../formats/text-format.ts';
import { type InspectedFile, inspectFile } from '../load/inspect.ts';
import { plainColumn } from '../mapping/cell-source.ts';
import { findAnyFiles, requireTable, type SourceFile, tableOf } from '../source-files.ts';
import { findHeaderLine } from './header-line.ts';
import { type Proposal, type ProposedColumn, proposeColumns } from './propose.ts';

export interface ProposedFile extends Proposal {
  readonly path: string;
  readonly format: FoundFormat;
}

export interface ProposeOptions {
  /** Absolute. */
  readonly paths: readonly string[];
  /** Of every file; null: found. */
  readonly table: string | null;
  readonly format: GivenFormat;
}

type Proposing = Pick<Deps, 'engine' | 'store' | 'files' | 'ids'>;

async function inspect(deps: Proposing, file: SourceFile, given: GivenFormat, copies: DecodedCopies, watch: Watch) {
  const looking = { encoding: given.encoding, limit: HEAD_BYTES };
  const readable = await copies.readable(file, looking, watch.signal);
  const inspected = await inspectFile(deps, readable, given, watch);
  if (file.format !== 'csv' || given.headerLine !== undefined) return inspected;
  const header = findHeaderLine([inspected.header, ...inspected.lines]);
  if (header === null || header === 0) return inspected;
  return inspectFile(deps, readable, { ...given, headerLine: inspected.headerLine + header }, watch);
}

function formatOf(file: InspectedFile, columns: readonly ProposedColumn[], given: GivenFormat): FoundFormat {
  const sampled = columns.flatMap(({ ours: { type }, theirs, fit }) => {
    const at = file.columns.indexOf(plainColumn({ column: theirs, ...fit.steps }) ?? '');
    return at < 0 || !isScalar(type) ? [] : [{ type, cells: file.sample.map((cells) => cells[at] ?? '') }];
  });
  const { encoding, separator, quote, headerLine } = file;
  return { encoding, separator, quote, headerLine, ...sniffForms(sampled, given, separator) };
}

/** Throws `load_refused` for a file that is like no table. */
export async function proposeMapping(
  deps: Proposing,
  options: ProposeOptions,
  watch: Watch,
): Promise<readonly ProposedFile[]> {
  const forced = options.table === null ? null : requireTable(options.table);
  const copies = new DecodedCopies(deps, `propose-${deps.ids()}`);
  try {
    const proposed: ProposedFile[] = [];
    for (const file of await findAnyFiles(deps, options.paths, watch)) {
      const inspected = await inspect(deps, file, options.format, copies, watch);
      const proposals = proposeColumns(inspected, forced ?? tableOf(file.path));
      if (proposals.length === 0) {
        const columns = inspected.columns.join(', ');
        throw new ConveyanceError(
          'load_refused',
          `${file.path} has no columns that are like those of a table: ${columns}`,
        );
      }
      const columns = proposals.flatMap((proposal) => proposal.columns);
      const format = formatOf(inspected, columns, options.format);
      proposed.push(...proposals.map((proposal) => ({ ...proposal, path: file.path, format })));
    }
    return proposed;
  } finally {
    await copies.discard();
  }
}
