import { readdirSync, readFileSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { basename, dirname, join, relative, resolve, sep } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ROOMS, type Room, roomsMarkdown } from './support/rooms.ts';

const SOURCE = resolve(import.meta.dirname, '../src');
const LONGEST_FILE_LINES = 300;
/** More than one can take in at a glance. */
const MOST_FILES_FLAT = 22;
const IMPORT =
  /(?:^|\n)\s*(?:import|export)\s[^;]*?from\s+'([^']+)'|(?:^|\W)import\(\s*'([^']+)'\s*\)|(?:^|\n)import\s+'([^']+)'/g;

interface SourceFile {
  /** Relative to server/src, with slashes. */
  readonly path: string;
  readonly room: string;
  /** The sub-room's path in the room; `.` on top of them. */
  readonly part: string;
  readonly text: string;
}

function readSources(): SourceFile[] {
  return readdirSync(SOURCE, { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.ts'))
    .map((path) => path.split(sep).join('/'))
    .map((path) => ({ path, room: roomOf(path), part: partOf(path), text: readFileSync(join(SOURCE, path), 'utf8') }));
}

function roomOf(path: string): string {
  return path.split('/')[0] ?? path;
}

function partOf(path: string): string {
  return path.split('/').slice(1, -1).join('/') || '.';
}

function importsOf(text: string): string[] {
  return [...text.matchAll(IMPORT)].flatMap((match) => match[1] ?? match[2] ?? match[3] ?? []);
}

type Location = Pick<SourceFile, 'path' | 'room'>;

/** What a relative specifier means, relative to server/src. */
function targetOf(file: Location, specifier: string): string {
  return relative(SOURCE, resolve(SOURCE, dirname(file.path), specifier))
    .split(sep)
    .join('/');
}

/** The folders on the way back to one that is its own prerequisite; empty when there is none. */
function folderCycle(files: readonly Pick<SourceFile, 'path' | 'room' | 'text'>[]): readonly string[] {
  const needs = new Map<string, Set<string>>();
  for (const file of files) {
    const own = dirname(file.path);
    const others = needs.get(own) ?? new Set();
    needs.set(own, others);
    for (const specifier of importsOf(file.text)) {
      if (specifier.startsWith('.')) others.add(dirname(targetOf(file, specifier)));
    }
    others.delete(own);
  }
  const done = new Set<string>();
  const visit = (folder: string, way: readonly string[]): readonly string[] => {
    if (way.includes(folder)) return [...way.slice(way.indexOf(folder)), folder];
    if (done.has(folder)) return [];
    for (const next of needs.get(folder) ?? []) {
      const cycle = visit(next, [...way, folder]);
      if (cycle.length > 0) return cycle;
    }
    done.add(folder);
    return [];
  };
  for (const folder of needs.keys()) {
    const cycle = visit(folder, []);
    if (cycle.length > 0) return cycle;
  }
  return [];
}

function isNode(specifier: string): boolean {
  return specifier.startsWith('node:') || builtinModules.includes(specifier);
}

/** Of a file next door or in another part of the same room: null when it may be imported. */
function judgePart(file: Location, target: string, { parts }: Room): string | null {
  if (parts === undefined) {
    const isFlat = partOf(file.path) === '.' && partOf(target) === '.';
    return isFlat || file.room === 'cli' ? null : `${file.path}: the room ${file.room} has no sub-rooms`;
  }
  const part = partOf(file.path);
  if (parts[part] === undefined) return `${file.path}: the sub-room ${file.room}/${part} is not in the table`;
  const isAllowed = partOf(target) === part || parts[part].siblings.includes(partOf(target));
  return isAllowed ? null : `${file.path} may not import ${target}`;
}

/** Null when the import is allowed, else what is wrong with it. */
function judge(file: Location, specifier: string, rooms: Readonly<Record<string, Room>>): string | null {
  const room = rooms[file.room];
  if (room === undefined) return `${file.path}: the room ${file.room} is not in the table`;
  if (specifier.startsWith('.')) {
    const target = targetOf(file, specifier);
    if (roomOf(target) === file.room) return judgePart(file, target, room);
    return room.rooms.includes(roomOf(target)) ? null : `${file.path} may not import ${target}`;
  }
  if (isNode(specifier)) return room.node ? null : `${file.path} may not import ${specifier}`;
  const name = specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/');
  return room.packages.includes(name) ? null : `${file.path} may not import the package ${name}`;
}

describe('the import table', () => {
  const sources = readSources();

  it('allows every import that there is', () => {
    const faults = sources.flatMap((file) =>
      importsOf(file.text).flatMap((specifier) => judge(file, specifier, ROOMS) ?? []),
    );
    expect(faults).toEqual([]);
  });

  it('sees enough imports to mean something', () => {
    expect(sources.flatMap(({ text }) => importsOf(text)).length).toBeGreaterThan(200);
  });

  it.each([
    [{ path: 'jobs/create/job.ts', room: 'jobs' }, '../../postgres/jobs.ts'],
    [{ path: 'http/dialects/reonomy/create.ts', room: 'http' }, '../../../duckdb/engine.ts'],
    [{ path: 'http/dialects/reonomy/create.ts', room: 'http' }, '../apartmentiq/prefix.ts'],
    [{ path: 'matching/read/line.ts', room: 'matching' }, '../decide/verdict.ts'],
    [{ path: 'core/job.ts', room: 'core' }, './ports/engine.ts'],
    [{ path: 'core/attic/box.ts', room: 'core' }, '../job.ts'],
    [{ path: 'sftp/attic/box.ts', room: 'sftp' }, './lid.ts'],
    [{ path: 'core/job.ts', room: 'core' }, 'node:fs'],
    [{ path: 'core/job.ts', room: 'core' }, 'pg'],
    [{ path: 'duckdb/engine.ts', room: 'duckdb' }, '../storage/disk.ts'],
    [{ path: 'attic/box.ts', room: 'attic' }, 'zod'],
  ])('refuses %j importing %s', (file, specifier) => {
    expect(judge(file, specifier, ROOMS)).not.toBeNull();
  });

  it('is printed in ARCHITECTURE.md as it stands here', () => {
    const page = readFileSync(resolve(SOURCE, '../../ARCHITECTURE.md'), 'utf8');
    expect(page).toContain(roomsMarkdown(ROOMS));
  });
});

describe('the folders', () => {
  // The command line is about to move to a workspace of its own, and gets its sub-rooms there.
  const sources = readSources().filter(({ room }) => room !== 'cli');

  it('form no cycle', () => {
    expect(folderCycle(sources)).toEqual([]);
  });

  it('would be seen to form one', () => {
    const planted = [
      { path: 'core/job.ts', room: 'core', text: "import { x } from './ports/engine.ts';" },
      { path: 'core/ports/engine.ts', room: 'core', text: "import { y } from '../../jobs/read.ts';" },
      { path: 'jobs/read.ts', room: 'jobs', text: "import { z } from '../core/job.ts';" },
    ];
    expect(folderCycle(planted)).toEqual(['core', 'core/ports', 'jobs', 'core']);
  });

  it('hold few files each', () => {
    const counts = new Map<string, number>();
    for (const { path } of sources) counts.set(dirname(path), (counts.get(dirname(path)) ?? 0) + 1);
    const crowded = [...counts].filter(([, count]) => count > MOST_FILES_FLAT);
    expect(crowded).toEqual([]);
  });

  it('are in the table, each of them', () => {
    const folders = new Set(sources.map(({ room, part }) => (room.endsWith('.ts') ? room : `${room}/${part}`)));
    const listed = Object.entries(ROOMS).flatMap(([name, { parts = { '.': null } }]) =>
      name === 'cli' ? [] : name.endsWith('.ts') ? [name] : Object.keys(parts).map((part) => `${name}/${part}`),
    );
    expect(listed.sort()).toEqual([...folders].sort());
  });
});

describe('the rooms', () => {
  const sources = readSources();

  it('are small: no file is longer than 300 lines', () => {
    const long = sources.filter(({ text }) => text.split('\n').length - 1 > LONGEST_FILE_LINES).map(({ path }) => path);
    expect(long).toEqual([]);
  });

  it('have names that say something', () => {
    const vague = sources
      .filter(({ path }) => /(?:util|helper|common|manager|service|misc)/i.test(basename(path)))
      .map(({ path }) => path);
    expect(vague).toEqual([]);
  });

  it('read the environment in one place', () => {
    const readers = sources.filter(({ text }) => text.includes('process.env')).map(({ path }) => path);
    expect(readers).toEqual(['config.ts']);
  });

  it('leave a door no way to read a job without its owner', () => {
    const doors = sources.filter(({ room }) => ['http', 'cli', 'worker', 'sftp'].includes(room));
    const reaching = doors
      .filter(({ text }) => /\bdb\.jobs\.(?:get|list|propertyIds|finish|insert)\(/.test(text))
      .map(({ path }) => path);
    expect(reaching).toEqual([]);
  });
});
