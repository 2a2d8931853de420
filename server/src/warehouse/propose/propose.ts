/** Which column of ours each column of a file could be, by what it is called and by what stands in it. */

import { PROPERTY_ID, SOURCE_ID } from '../load/column-mapping.ts';
import { acceptedColumns, TABLES, type Table, type TableColumn, type TableName } from '../tables.ts';
import { DELETED } from '../tables-extra.ts';
import { likeness, readHeader } from './likeness.ts';
import { type Fit, fitOf } from './value-fit.ts';

/** Likeness from which a column is proposed at all, and from which it is no guess. */
const LEAST = 0.7;
const SURE = 0.86;
/** A table must get so many columns that its proposal is of use. */
const LEAST_COLUMNS = 2;
/** Likeness from which a column speaks for a second table. */
const LEAST_OF_COMPANION = 0.75;

export interface ProposedColumn {
  readonly ours: TableColumn;
  /** As the file names it. */
  readonly theirs: string;
  readonly fit: Fit;
  readonly isSure: boolean;
}

export interface Proposal {
  readonly table: Table;
  readonly columns: readonly ProposedColumn[];
  /** Columns of the key that nothing in the file is like. */
  readonly missing: readonly string[];
  /** Columns of the file that no column of ours is like. */
  readonly left: readonly string[];
}

/** What is known of a file before it is mapped. */
export interface Headed {
  readonly columns: readonly string[];
  readonly sample: readonly (readonly string[])[];
}

interface Candidate extends Omit<ProposedColumn, 'isSure'> {
  readonly at: number;
  readonly score: number;
}

/** Of records, which stand once in a file; units stand there day by day. */
function isRecordKey({ key }: Table, { name, type }: TableColumn): boolean {
  return type === 'text' && name.endsWith('_id') && name !== 'unit_id' && key.includes(name);
}

/** From 0.5, when all cells say the same, to 1. */
function distinctness(cells: readonly string[]): number {
  return cells.length === 0 ? 1 : (1 + new Set(cells).size / cells.length) / 2;
}

function candidatesFor(file: Headed, table: Table): readonly Candidate[] {
  // What deletes rows is nothing to guess.
  const columns = acceptedColumns(table).filter(({ name, fields }) => fields === undefined && name !== DELETED);
  // A number of ours is in files that we wrote. Whatever else numbers properties is the provider’s own.
  const isOurs = (theirs: string, { name }: TableColumn) => name !== PROPERTY_ID || theirs === PROPERTY_ID;
  return file.columns.flatMap((theirs, at) => {
    const readings = readHeader(theirs);
    const cells = file.sample.map((cells) => (cells[at] ?? '').trim()).filter((cell) => cell !== '');
    return columns.flatMap((ours): readonly Candidate[] => {
      if (!isOurs(theirs, ours)) return [];
      const alike = likeness(readings, table, ours);
      if (alike < LEAST) return [];
      const fit = fitOf(ours, theirs, cells);
      if (fit === null) return [];
      const score = alike * fit.share * (isRecordKey(table, ours) ? distinctness(cells) : 1);
      return [{ ours, theirs, fit, at, score }];
    });
  });
}

/** The likeliest pairs first, each column once. */
function pairUp(candidates: readonly Candidate[]): readonly Candidate[] {
  const [takenOurs, takenTheirs] = [new Set<string>(), new Set<number>()];
  const pairs: Candidate[] = [];
  for (const candidate of [...candidates].sort((left, right) => right.score - left.score || left.at - right.at)) {
    const { ours, at, score } = candidate;
    if (score < LEAST || takenOurs.has(ours.name) || takenTheirs.has(at)) continue;
    takenOurs.add(ours.name);
    takenTheirs.add(at);
    pairs.push(candidate);
  }
  return pairs.sort((left, right) => left.at - right.at);
}

interface Scored extends Proposal {
  readonly score: number;
  readonly pairs: readonly Candidate[];
}

/** The key of the property is the provider’s own: theirs is no number of ours. */
function isKey({ key }: Table, name: string): boolean {
  return key.includes(name) || name === SOURCE_ID;
}

/** By column of a key: what stands in for it where a file has none. */
const STAND_INS: Readonly<Record<string, string>> = {
  [SOURCE_ID]: 'property_name',
  sale_id: 'document_number',
  tenant_id: 'name',
};

/** Where nothing numbers properties, their names do. */
function withKey(table: Table, pairs: readonly Candidate[]): readonly Candidate[] {
  const names = new Set(pairs.map(({ ours }) => ours.name));
  const standIns = acceptedColumns(table).flatMap((ours): readonly Candidate[] => {
    const from = pairs.find((pair) => pair.ours.name === STAND_INS[ours.name]);
    const isThere = names.has(ours.name) || (ours.name === SOURCE_ID && names.has(PROPERTY_ID));
    return isThere || from === undefined ? [] : [{ ...from, ours, score: LEAST }];
  });
  return [...standIns, ...pairs];
}

function proposalOf(file: Headed, table: Table, found: readonly Candidate[]): Scored {
  const pairs = withKey(table, found);
  const taken = new Set(pairs.map(({ at }) => at));
  const names = new Set(pairs.map(({ ours }) => ours.name));
  const missing = table.key.filter((name) => !names.has(name) && !(name === PROPERTY_ID && names.has(SOURCE_ID)));
  return {
    table,
    pairs,
    missing,
    columns: pairs.map(({ ours, theirs, fit, score }) => ({ ours, theirs, fit, isSure: score >= SURE })),
    left: file.columns.filter((_, at) => !taken.has(at)),
    // A table whose key a file has not is hardly what it fills.
    score: pairs.reduce((sum, { score }) => sum + score, 0) / (1 + missing.length),
  };
}

/** What the rest of the file’s columns are in a table whose rows are of the same things: rents beside a list of units. */
function companionOf(file: Headed, first: Scored, table: Table): Scored | null {
  const used = new Set(first.pairs.map(({ at }) => at));
  const keys = first.pairs.filter(({ ours }) => isKey(first.table, ours.name) && isKey(table, ours.name));
  const free = candidatesFor(file, table).filter(({ at, ours }) => !used.has(at) && !isKey(first.table, ours.name));
  const found = proposalOf(file, table, [...keys, ...pairUp(free)]);
  const own = found.pairs.filter(({ at, score }) => !used.has(at) && score >= LEAST_OF_COMPANION);
  return own.length < LEAST_COLUMNS ? null : found;
}

/** Tables whose rows may stand in the same line. */
const COMPANIONS: Partial<Readonly<Record<TableName, readonly TableName[]>>> = {
  properties: ['property_days', 'taxes'],
  property_days: ['properties'],
  sales: ['mortgages'],
  mortgages: ['sales'],
  units: ['unit_days'],
  unit_days: ['units'],
  floorplans: ['floorplan_days'],
  floorplan_days: ['floorplans'],
};

function isOfUse({ columns }: Scored): boolean {
  return columns.length >= LEAST_COLUMNS;
}

/** By table; none if the file is like no table. @param table which it fills, if that is known. */
export function proposeColumns(file: Headed, table: Table | null): readonly Proposal[] {
  const tables = table === null ? Object.values(TABLES) : [table];
  const scored = tables.map((each) => proposalOf(file, each, pairUp(candidatesFor(file, each)))).filter(isOfUse);
  const sets = scored.map((best) => {
    const others = table === null ? (COMPANIONS[best.table.name] ?? []) : [];
    return [best, ...others.flatMap((name) => companionOf(file, best, TABLES[name]) ?? [])];
  });
  const told = (set: readonly Scored[]) =>
    set.reduce(
      (sum, { pairs, missing }) => sum + pairs.reduce((of, { score }) => of + score, 0) / (1 + missing.length),
      0,
    );
  const [chosen] = sets.sort((left, right) => told(right) - told(left));
  if (chosen === undefined) return [];
  const taken = new Set(chosen.flatMap(({ pairs }) => pairs.map(({ theirs }) => theirs)));
  return chosen.map(({ table, columns, missing }, index) => ({
    table,
    columns,
    missing,
    left: index === 0 ? file.columns.filter((name) => name !== '' && !taken.has(name)) : [],
  }));
}
