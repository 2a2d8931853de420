import { readdirSync, readFileSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ROOMS, type Room, roomsMarkdown } from './support/rooms.ts';

const SOURCE = resolve(import.meta.dirname, '../src');
const LONGEST_FILE_LINES = 300;
const IMPORT =
  /(?:^|\n)\s*(?:import|export)\s[^;]*?from\s+'([^']+)'|(?:^|\W)import\(\s*'([^']+)'\s*\)|(?:^|\n)import\s+'([^']+)'/g;

interface SourceFile {
  /** Relative to server/src, with slashes. */
  readonly path: string;
  readonly room: string;
  readonly text: string;
}

function readSources(): SourceFile[] {
  return readdirSync(SOURCE, { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.ts'))
    .map((path) => path.split(sep).join('/'))
    .map((path) => ({ path, room: roomOf(path), text: readFileSync(join(SOURCE, path), 'utf8') }));
}

function roomOf(path: string): string {
  return path.split('/')[0] ?? path;
}

function importsOf(text: string): string[] {
  return [...text.matchAll(IMPORT)].flatMap((match) => match[1] ?? match[2] ?? match[3] ?? []);
}

function isNode(specifier: string): boolean {
  return specifier.startsWith('node:') || builtinModules.includes(specifier);
}

/** Null when the import is allowed, else what is wrong with it. */
function judge(
  file: Pick<SourceFile, 'path' | 'room'>,
  specifier: string,
  rooms: Readonly<Record<string, Room>>,
): string | null {
  const room = rooms[file.room];
  if (room === undefined) return `${file.path}: the room ${file.room} is not in the table`;
  if (specifier.startsWith('.')) {
    const target = roomOf(
      relative(SOURCE, resolve(SOURCE, dirname(file.path), specifier))
        .split(sep)
        .join('/'),
    );
    return target === file.room || room.rooms.includes(target) ? null : `${file.path} may not import ${target}`;
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
    [{ path: 'jobs/create.ts', room: 'jobs' }, '../postgres/jobs.ts'],
    [{ path: 'http/bulk/create.ts', room: 'http' }, '../../duckdb/engine.ts'],
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

describe('the rooms', () => {
  const sources = readSources();

  it('are small: no file is longer than 300 lines', () => {
    const long = sources.filter(({ text }) => text.split('\n').length - 1 > LONGEST_FILE_LINES).map(({ path }) => path);
    expect(long).toEqual([]);
  });

  it('have names that say something', () => {
    const vague = sources
      .filter(({ path }) => /(?:util|helper|common|manager|service|misc)/i.test(path))
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
