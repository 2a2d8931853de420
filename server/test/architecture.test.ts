import { readdirSync, readFileSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { join, posix, resolve, sep } from 'node:path';
import { describe, expect, it } from 'vitest';
import { CLI_ROOMS, CONSOLE_ROOMS, ROOMS, type Room, roomsMarkdown, SDK_ROOMS } from './support/rooms.ts';

const ROOT = resolve(import.meta.dirname, '../..');
const LONGEST_FILE_LINES = 300;
/** Nobody reads it from end to end. */
const GENERATED = ['console/src/server/admin-wire.ts', 'sdk/src/contract/wire.ts'];
/** More than one can take in at a glance. */
const MOST_FILES_FLAT = 22;
const IMPORT =
  /(?:^|\n)\s*(?:import|export)\s[^;]*?from\s+'([^']+)'|(?:^|\W)import\(\s*'([^']+)'\s*\)|(?:^|\n)import\s+'([^']+)'/g;

/** A constant with a value of one line, as our formatter writes it. */
const CONSTANT = /^(?:export )?const ([A-Z][A-Z0-9_]*)(?:: [^=]+)? = (.+);$/gm;

type Rooms = Readonly<Record<string, Room>>;

interface SourceFile {
  /** Relative to the workspace's src, with slashes. */
  readonly path: string;
  readonly text: string;
}

/** A path of a workspace, and where it lies: the room, and the sub-room's path in it (`.` on top of them). */
function roomOf(path: string, rooms: Rooms): string {
  const [first = path] = path.split('/');
  return path.includes('/') || !('.' in rooms) ? first : '.';
}

function partOf(path: string): string {
  return path.split('/').slice(1, -1).join('/') || '.';
}

function readSources(workspace: string): SourceFile[] {
  const source = join(ROOT, workspace, 'src');
  return readdirSync(source, { recursive: true, encoding: 'utf8' })
    .filter((path) => /\.tsx?$/.test(path))
    .map((path) => path.split(sep).join('/'))
    .map((path) => ({ path, text: readFileSync(join(source, path), 'utf8') }));
}

function importsOf(text: string): string[] {
  return [...text.matchAll(IMPORT)].flatMap((match) => match[1] ?? match[2] ?? match[3] ?? []);
}

function targetOf(path: string, specifier: string): string {
  return posix.join(posix.dirname(path), specifier);
}

/** The folders on the way back to one that is its own prerequisite; empty when there is none. */
function folderCycle(files: readonly SourceFile[]): readonly string[] {
  const needs = new Map<string, Set<string>>();
  for (const { path, text } of files) {
    const own = posix.dirname(path);
    const others = needs.get(own) ?? new Set();
    needs.set(own, others);
    for (const specifier of importsOf(text)) {
      if (specifier.startsWith('.')) others.add(posix.dirname(targetOf(path, specifier)));
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

/** Constants that several files declare under one name with one value: either one fact, which belongs in one place, or two names. */
function repeatedConstants(files: readonly SourceFile[]): readonly string[] {
  const places = new Map<string, string[]>();
  for (const { path, text } of files) {
    for (const [, name = '', value = ''] of text.matchAll(CONSTANT)) {
      const fact = `${name} = ${/^[\d_]+$/.test(value) ? value.replaceAll('_', '') : value}`;
      places.set(fact, [...(places.get(fact) ?? []), path]);
    }
  }
  return [...places].filter(([, paths]) => paths.length > 1).map(([fact, paths]) => `${fact}: ${paths.join(', ')}`);
}

function isNode(specifier: string): boolean {
  return specifier.startsWith('node:') || builtinModules.includes(specifier);
}

/** Of a file next door or in another part of the same room: null when it may be imported. */
function judgePart(path: string, target: string, { parts }: Room): string | null {
  if (parts === undefined) {
    return partOf(path) === '.' && partOf(target) === '.' ? null : `${path}: its room has no sub-rooms`;
  }
  const part = parts[partOf(path)];
  if (part === undefined) return `${path}: its sub-room is not in the table`;
  const isAllowed = partOf(target) === partOf(path) || part.siblings.includes(partOf(target));
  return isAllowed ? null : `${path} may not import ${target}`;
}

/** Null when the import is allowed, else what is wrong with it. */
function judge(path: string, specifier: string, rooms: Rooms): string | null {
  const own = roomOf(path, rooms);
  const room = rooms[own];
  if (room === undefined) return `${path}: the room ${own} is not in the table`;
  if (specifier.startsWith('.')) {
    const target = targetOf(path, specifier);
    if (roomOf(target, rooms) === own) return judgePart(path, target, room);
    return room.rooms.includes(roomOf(target, rooms)) ? null : `${path} may not import ${target}`;
  }
  if (isNode(specifier)) return room.node ? null : `${path} may not import ${specifier}`;
  const name = specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/');
  return room.packages.includes(name) ? null : `${path} may not import the package ${name}`;
}

const WORKSPACES = [
  ['server', ROOMS],
  ['cli', CLI_ROOMS],
  ['sdk', SDK_ROOMS],
  ['console', CONSOLE_ROOMS],
] as const;

describe.each(WORKSPACES)('the rooms of %s', (workspace, rooms: Rooms) => {
  const sources = readSources(workspace);

  it('import what the table allows', () => {
    const faults = sources.flatMap(({ path, text }) =>
      importsOf(text).flatMap((specifier) => judge(path, specifier, rooms) ?? []),
    );
    expect(faults).toEqual([]);
  });

  it('import enough to mean something', () => {
    expect(sources.flatMap(({ text }) => importsOf(text)).length).toBeGreaterThan(sources.length);
  });

  it('form no cycle, folder by folder', () => {
    expect(folderCycle(sources)).toEqual([]);
  });

  it('write each constant once', () => {
    expect(repeatedConstants(sources)).toEqual([]);
  });

  it('hold few files each', () => {
    const counts = new Map<string, number>();
    for (const { path } of sources) counts.set(posix.dirname(path), (counts.get(posix.dirname(path)) ?? 0) + 1);
    expect([...counts].filter(([, count]) => count > MOST_FILES_FLAT)).toEqual([]);
  });

  it('are in the table, each sub-room of them, and no other is', () => {
    const folders = sources.map(({ path }) => {
      const room = roomOf(path, rooms);
      return room === path ? room : `${room}/${room === '.' ? '.' : partOf(path)}`;
    });
    const listed = Object.entries(rooms).flatMap(([name, { parts = { '.': null } }]) =>
      name.endsWith('.ts') ? [name] : Object.keys(parts).map((part) => `${name}/${part}`),
    );
    expect(listed.sort()).toEqual([...new Set(folders)].sort());
  });

  it('are printed in ARCHITECTURE.md as the table has them', () => {
    expect(readFileSync(join(ROOT, 'ARCHITECTURE.md'), 'utf8')).toContain(roomsMarkdown(rooms));
  });
});

describe('the import tables', () => {
  it.each([
    [ROOMS, 'jobs/create/job.ts', '../../postgres/jobs.ts'],
    [ROOMS, 'http/dialects/reonomy/create.ts', '../../../duckdb/engine.ts'],
    [ROOMS, 'http/dialects/reonomy/create.ts', '../apartmentiq/prefix.ts'],
    [ROOMS, 'matching/read/line.ts', '../decide/verdict.ts'],
    [ROOMS, 'core/job.ts', './ports/engine.ts'],
    [ROOMS, 'core/attic/box.ts', '../job.ts'],
    [ROOMS, 'sftp/attic/box.ts', './lid.ts'],
    [ROOMS, 'core/job.ts', 'node:fs'],
    [ROOMS, 'core/job.ts', 'pg'],
    [ROOMS, 'duckdb/parent/engine.ts', '../../storage/disk/disk.ts'],
    [ROOMS, 'attic/box.ts', 'zod'],
    [CLI_ROOMS, 'customer/files/match.ts', '../exports/export.ts'],
    [CLI_ROOMS, 'terminal/run.ts', '../customer/commands.ts'],
    [CLI_ROOMS, 'customer/files/match.ts', '../../../../server/src/core/job.ts'],
    [SDK_ROOMS, 'transport/retry.ts', 'node:timers'],
    [SDK_ROOMS, 'node.ts', 'undici'],
  ])('refuse of %#: %j importing %s', (rooms, path, specifier) => {
    expect(judge(path, specifier, rooms)).not.toBeNull();
  });

  it('would see a cycle of folders', () => {
    const planted = [
      { path: 'core/job.ts', text: "import { x } from './ports/engine.ts';" },
      { path: 'core/ports/engine.ts', text: "import { y } from '../../jobs/read.ts';" },
      { path: 'jobs/read.ts', text: "import { z } from '../core/job.ts';" },
    ];
    expect(folderCycle(planted)).toEqual(['core', 'core/ports', 'jobs', 'core']);
  });
});

describe('the look for repeated constants', () => {
  it('sees one fact in two files, however its number is written, and no more', () => {
    const planted = [
      { path: 'one.ts', text: 'const ROWS = 10_000;\nconst WAIT_MS = 5;\n' },
      { path: 'two.ts', text: 'export const ROWS: number = 10000;\nconst WAIT_MS = 50;\nconst CELLS = 10_000;\n' },
    ];
    expect(repeatedConstants(planted)).toEqual(['ROWS = 10000: one.ts, two.ts']);
  });
});

describe('the files', () => {
  const all = WORKSPACES.flatMap(([workspace]) =>
    readSources(workspace).map(({ path, text }) => ({ path: `${workspace}/src/${path}`, text })),
  );

  it('read jobs without their owner for operators alone, where it is written down', () => {
    const reads = readSources('server').filter(({ text }) => /\boperatorJobs\b/.test(text));
    expect(reads.map(({ path }) => path).sort()).toEqual([
      'core/ports/database/database.ts',
      'jobs/operator/accounts.ts',
      'jobs/operator/jobs.ts',
      'jobs/operator/watch.ts',
      'postgres/database.ts',
    ]);
  });

  it('are small: none is longer than 300 lines', () => {
    const long = all.filter(({ text }) => text.split('\n').length - 1 > LONGEST_FILE_LINES).map(({ path }) => path);
    expect(long.toSorted()).toEqual(GENERATED);
  });

  it('have names that say something', () => {
    const vague = all
      .filter(({ path }) => /(?:util|helper|common|manager|service|misc)/i.test(posix.basename(path)))
      .map(({ path }) => path);
    expect(vague).toEqual([]);
  });

  it('leave the environment to one in each program', () => {
    const readers = all.filter(({ text }) => text.includes('process.env')).map(({ path }) => path);
    expect(readers.sort()).toEqual(['cli/src/main.ts', 'server/src/config.ts']);
  });

  it('open, in the clients, the doors for people and the contracts, with a sentence that says what the file is', () => {
    const opening = /^(?:server\/src\/(?:http|cli|wire)|cli|sdk)\//;
    const silent = all.filter(({ path, text }) => opening.test(path) && !/^(?:#!.*\n)?(?:\/\*\*|\/\/ )/.test(text));
    expect(silent.map(({ path }) => path)).toEqual([]);
  });

  it('leave the contracts to the doors: jobs write one message, for a webhook', () => {
    const inside = all.filter(({ path }) => path.startsWith('server/src/jobs/'));
    const readers = inside.filter(({ text }) => importsOf(text).some((specifier) => specifier.includes('/wire/')));
    expect(readers.map(({ path }) => path)).toEqual(['server/src/jobs/webhooks/deliver.ts']);
  });

  it('leave the language of an engine to its adapter: what is exported is described in nodes', () => {
    const speaking = (rooms: RegExp) =>
      all
        .filter(({ path, text }) => rooms.test(path) && /\bSELECT\b[\s\S]*\bFROM\b/.test(text))
        .map(({ path }) => path);
    expect(speaking(/^server\/src\/(?:core|reports|export|wire|jobs)\//)).toEqual([]);
    expect(speaking(/^server\/src\/duckdb\/print\//)).not.toEqual([]);
  });

  it('are handed the process by the scripts that start the program: a signal to the script must reach it', () => {
    const { scripts }: { readonly scripts: Readonly<Record<string, string>> } = JSON.parse(
      readFileSync(join(ROOT, 'package.json'), 'utf8'),
    );
    const starting = Object.values(scripts).filter((script) => script.includes('server/dist/main.js'));
    expect(starting.length).toBeGreaterThan(0);
    expect(starting.filter((script) => !script.includes('exec node server/dist/main.js'))).toEqual([]);
  });

  it('leave a door no way to read a job without its owner', () => {
    const reaching = all
      .filter(({ path }) => /^server\/src\/(?:http|cli|worker|sftp)\//.test(path))
      .filter(({ text }) => /\bdb\.jobs\.(?:get|list|propertyIds|finish|insert)\(/.test(text))
      .map(({ path }) => path);
    expect(reaching).toEqual([]);
  });
});
