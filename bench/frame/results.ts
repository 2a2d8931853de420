/** Results that are kept: one file per case, each with the day, the commit and the machine of its own run. */
import { readdir, readFile, writeFile } from 'node:fs/promises';
import type { BenchCase, Figures } from './figures.ts';
import { commit, type Machine, machine, versions } from './machine.ts';

/** The built program is one folder below the root, like its source. */
const RESULTS = new URL('../../bench/results/', import.meta.url);
const DIGITS = 4;

export interface KeptResult extends Pick<BenchCase, 'title' | 'about'> {
  readonly case: string;
  /** `2026-01-31`. */
  readonly date: string;
  readonly commit: string | null;
  readonly machine: Machine;
  readonly versions: Readonly<Record<string, string>>;
  readonly figures: Figures;
}

/** No more digits than were measured. */
function rounded(_key: string, value: unknown): unknown {
  return typeof value === 'number' && !Number.isInteger(value) ? Number(value.toPrecision(DIGITS)) : value;
}

/** In place of the case's earlier one. */
export async function keepResult({ name, title, about }: BenchCase, figures: Figures): Promise<void> {
  const date = new Date().toISOString().slice(0, 10);
  const result: KeptResult = {
    case: name,
    title,
    about,
    date,
    commit: commit(),
    machine: machine(),
    versions: versions(),
    figures,
  };
  await writeFile(new URL(`${name}.json`, RESULTS), `${JSON.stringify(result, rounded, 2)}\n`);
}

export async function keptResults(): Promise<readonly KeptResult[]> {
  const names = (await readdir(RESULTS)).filter((name) => name.endsWith('.json'));
  return Promise.all(names.map(async (name) => JSON.parse(await readFile(new URL(name, RESULTS), 'utf8'))));
}
