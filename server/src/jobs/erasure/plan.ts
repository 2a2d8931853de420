/** What an erasure would find: where the values of a person are. Nothing is changed. */
import { ConveyanceError } from '../../core/errors.ts';
import type { Job } from '../../core/job.ts';
import type { ErasedValue } from '../../core/ports/database/erasures.ts';
import type { DataVersion, VersionSummary } from '../../core/ports/database/warehouse.ts';
import type { Deps } from '../../core/ports/deps.ts';
import type { Watch } from '../../core/ports/engine.ts';
import type { LoadRecord } from '../../core/versions/load-record.ts';
import type { VersionOrigin } from '../../core/versions/origin.ts';
import { describeValues } from '../../warehouse/erase/erased-list.ts';
import { patternOf } from '../../warehouse/erase/look.ts';
import { type FoundInColumn, foundIn, searchVersions } from '../../warehouse/erase/search.ts';
import { type Looked, rejectsNaming, resultsNaming, unnamedNaming, uploadsNaming } from './stored-objects.ts';

export type Planning = Pick<Deps, 'db' | 'engine' | 'store' | 'erasureSigner'>;

export interface FoundInVersion {
  readonly version: number;
  readonly isCurrent: boolean;
  readonly found: readonly FoundInColumn[];
}

export interface ErasurePlan {
  readonly values: readonly (ErasedValue & { readonly compared: string })[];
  /** For lines of text that name one of them. */
  readonly pattern: string;
  /** Versions that hold one, the newest first. */
  readonly versions: readonly FoundInVersion[];
  /** Versions that hold none. */
  readonly cleanVersions: ReadonlySet<number>;
  /** Jobs with such files. */
  readonly results: readonly Job[];
  readonly uploads: readonly string[];
  readonly objects: readonly string[];
  /** Versions whose condition or note names one. */
  readonly notes: readonly VersionSummary[];
  /** Kept rejected rows that name one. */
  readonly rejects: readonly string[];
  /** Loads of the history whose texts name one, by number. */
  readonly loads: readonly number[];
  readonly looked: Looked;
}

export const SEARCH_STAGES = ['versions', 'results', 'uploads', 'objects'] as const;
export type SearchStage = (typeof SEARCH_STAGES)[number];

export interface SearchWatch extends Watch {
  readonly onStage?: (stage: SearchStage, done: number, total: number) => void;
}

/** A text that people wrote, roughly as values are compared: names are looked for inside of it. */
function names(text: string | null, values: readonly string[]): boolean {
  const plain = (text ?? '').normalize('NFC').toLowerCase().replace(/\s+/gu, ' ');
  return values.some((value) => plain.includes(value));
}

/** What is noted with a version, without what names one of the values; null if nothing does. */
export function withoutNames(origin: VersionOrigin | null, values: readonly string[]): VersionOrigin | null {
  if (origin === null) return null;
  const [condition, note] = [names(origin.condition, values), names(origin.note, values)];
  if (!condition && !note) return null;
  return { ...origin, ...(condition && { condition: null }), ...(note && { note: null }) };
}

type LoadTexts = Pick<LoadRecord, 'note' | 'sources' | 'layouts' | 'rejectSums' | 'failure'>;

/** The texts of a load, without what names one of the values; null if nothing does. */
export function textsWithoutNames(load: LoadTexts, values: readonly string[]): LoadTexts | null {
  const isNamed = (text: string | null) => names(text, values);
  const { note, sources, layouts, rejectSums, failure } = load;
  const kept = {
    note: isNamed(note) ? null : note,
    sources: sources.filter((source) => !isNamed(source)),
    layouts: layouts.filter(({ file }) => !isNamed(file)),
    rejectSums: rejectSums.filter(({ reason }) => !isNamed(reason)),
    failure: isNamed(failure) ? 'Its reason named a person who was erased' : failure,
  };
  return JSON.stringify(kept) === JSON.stringify({ note, sources, layouts, rejectSums, failure }) ? null : kept;
}

const LOADS_AT_ONCE = 200;

/** Loads of the history whose texts name one of the values, with their other texts. */
export async function loadsNaming({ db }: Pick<Deps, 'db'>, values: readonly string[]) {
  const found: { readonly number: number; readonly texts: LoadTexts }[] = [];
  for (let before: number | null = null; ; ) {
    const query = { table: null, from: null, until: null, before, limit: LOADS_AT_ONCE };
    const loads: readonly LoadRecord[] = await db.loads.list(query);
    for (const load of loads) {
      const texts = textsWithoutNames(load, values);
      if (texts !== null) found.push({ number: load.number, texts });
    }
    before = loads.at(-1)?.number ?? null;
    if (loads.length < LOADS_AT_ONCE) return found;
  }
}

/** With the lists of their files. */
export async function allVersions(
  { db }: Pick<Deps, 'db'>,
  summaries: readonly VersionSummary[],
): Promise<readonly DataVersion[]> {
  const versions: DataVersion[] = [];
  for (const { version } of summaries) {
    const found = await db.warehouse.get(version);
    if (found !== null) versions.push(found);
  }
  return versions;
}

export async function findInVersions(
  deps: Planning,
  values: readonly string[],
  { signal, onStage }: SearchWatch,
): Promise<{ readonly versions: readonly FoundInVersion[]; readonly clean: ReadonlySet<number> }> {
  const versions = await allVersions(deps, await deps.db.warehouse.versions());
  const onFile = (done: number, total: number) => onStage?.('versions', done, total);
  const found = await searchVersions(deps, versions, values, { signal, onFile });
  const inEach = versions.map((version, index) => ({
    version: version.version,
    isCurrent: index === 0,
    found: foundIn(version, found),
  }));
  return {
    versions: inEach.filter(({ found }) => found.length > 0),
    clean: new Set(inEach.filter(({ found }) => found.length === 0).map(({ version }) => version)),
  };
}

/** Throws `invalid_parameter` if no value is left when blanks are taken off. */
export async function planErasure(deps: Planning, given: readonly string[], watch: SearchWatch): Promise<ErasurePlan> {
  const described = await describeValues(deps, given, watch);
  if (described.length === 0) throw new ConveyanceError('invalid_parameter', 'There is no value to erase: it is blank');
  const values = described.map(({ compared }) => compared);
  const pattern = patternOf(values);
  const { versions, clean } = await findInVersions(deps, values, watch);
  const looked: Looked = new Map();
  const looking = (stage: SearchStage) => ({
    signal: watch.signal,
    onLooked: (done: number) => watch.onStage?.(stage, done, done),
  });
  watch.onStage?.('results', 0, 1);
  const results = await resultsNaming(deps, { pattern, cleanVersions: clean }, looked, looking('results'));
  watch.onStage?.('uploads', 0, 1);
  const uploads = await uploadsNaming(deps, pattern, looked, looking('uploads'));
  watch.onStage?.('objects', 0, 1);
  const objects = await unnamedNaming(deps, pattern, looked, looking('objects'));
  const rejects = await rejectsNaming(deps, pattern, looked, looking('objects'));
  const loads = (await loadsNaming(deps, values)).map(({ number }) => number);
  const summaries = await deps.db.warehouse.versions();
  const notes = summaries.filter(({ origin }) => withoutNames(origin, values) !== null);
  const found = { versions, cleanVersions: clean, results, uploads, objects, notes, rejects, loads };
  return { values: described, pattern, ...found, looked };
}

/** True if nothing of them is anywhere. */
export function foundNothing(plan: ErasurePlan): boolean {
  const { versions, results, uploads, objects, notes, rejects, loads } = plan;
  return [versions, results, uploads, objects, notes, rejects, loads].every(({ length }) => length === 0);
}
