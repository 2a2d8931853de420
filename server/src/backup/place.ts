/**
 * A place for backups is a store of objects: `backups/<id>/…` has what each backup has of its own, `objects/…` the content of files, named
 * after its hash, which backups share. A backup is there once its header is, which is written last.
 */
import { z } from 'zod';
import { ConveyanceError } from '../core/errors.ts';
import type { ObjectStore, SealedObject, SourceFile } from '../core/ports/store.ts';

export const BACKUPS_PREFIX = 'backups/';
export const CONTENT_PREFIX = 'objects/';
const HEADER_NAME = 'header.json';
/** Of the header and of what it describes. Raised when a program of before could not restore it. */
export const FORMAT = 1;

const sealed = { bytes: z.int().nonnegative(), sha256: z.string().regex(/^[0-9a-f]{64}$/) };

const headerSchema = z.strictObject({
  format: z.literal(FORMAT),
  id: z.string(),
  release: z.string(),
  startedAt: z.string(),
  finishedAt: z.string(),
  /** The steps of the schema. */
  steps: z.array(z.string()),
  /** In the order in which they can be filled. */
  tables: z.array(
    z.strictObject({ name: z.string(), columns: z.array(z.string()), key: z.string(), rows: z.int(), ...sealed }),
  ),
  sequences: z.array(z.strictObject({ name: z.string(), last: z.string(), isCalled: z.boolean() })),
  /** `key`, `bytes` and `sha256` of each object, a line each. */
  objects: z.strictObject({ key: z.string(), count: z.int(), contentBytes: z.int(), ...sealed }),
  /** Objects that were missing or had changed in the store already. */
  missing: z.array(z.string()),
  /** What persons had erased by then: a restore of an earlier backup of the place is held against it too. Absent in those of before. */
  erased: z.array(z.strictObject({ hash: z.string().regex(/^[0-9a-f]{64}$/), sieve: z.string() })).optional(),
  masterKey: z.strictObject({
    /** Tells whether a key is the one that the backup was made under, and nothing of it. */
    proof: z.string(),
    /** Where it is in the backup; null if it is not. */
    key: z.string().nullable(),
  }),
});

export type BackupHeader = z.output<typeof headerSchema>;

export function ownKey(id: string, name: string): string {
  return `${BACKUPS_PREFIX}${id}/${name}`;
}

export function contentKey(sha256: string): string {
  return `${CONTENT_PREFIX}${sha256.slice(0, 2)}/${sha256}`;
}

/** Sorts by time: two of one server are never begun in the same millisecond. */
export function newBackupId(now: Date, random: string): string {
  return `${now.toISOString().replaceAll(/[-:.]/g, '')}-${random.slice(0, 8)}`;
}

/** The bytes as an object; what was written of it is gone if they fail. */
export async function writeBytes(
  store: ObjectStore,
  key: string,
  bytes: AsyncIterable<Uint8Array>,
): Promise<SealedObject> {
  const writer = await store.create(key);
  try {
    for await (const piece of bytes) await writer.write(piece);
    return await writer.finish();
  } catch (error) {
    await writer.abort();
    throw error;
  }
}

/** One of the backup's list. */
export function objectLine({ key, bytes, sha256 }: SourceFile): string {
  return `${key}\t${bytes}\t${sha256}\n`;
}

export async function* textBytes(lines: AsyncIterable<string> | Iterable<string>): AsyncIterable<Uint8Array> {
  const encoder = new TextEncoder();
  for await (const line of lines) yield encoder.encode(line);
}

export async function readText(store: ObjectStore, key: string): Promise<string> {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  let text = '';
  for await (const piece of await store.open(key)) text += decoder.decode(piece, { stream: true });
  return text + decoder.decode();
}

export async function* readLines(store: ObjectStore, key: string): AsyncIterable<string> {
  const decoder = new TextDecoder();
  let rest = '';
  for await (const piece of await store.open(key)) {
    const lines = (rest + decoder.decode(piece, { stream: true })).split('\n');
    rest = lines.pop() ?? '';
    yield* lines;
  }
}

export async function writeHeader(store: ObjectStore, header: BackupHeader): Promise<void> {
  await writeBytes(store, ownKey(header.id, HEADER_NAME), textBytes([`${JSON.stringify(header, null, 2)}\n`]));
}

/** From then on the backup is none. */
export function dropHeader(store: ObjectStore, id: string): Promise<void> {
  return store.delete(ownKey(id, HEADER_NAME));
}

/** Throws `backup_unusable`. */
export async function readHeader(store: ObjectStore, id: string): Promise<BackupHeader> {
  let json: unknown;
  try {
    json = JSON.parse(await readText(store, ownKey(id, HEADER_NAME)));
  } catch (cause) {
    throw new ConveyanceError('backup_unusable', `The header of backup ${id} cannot be read`, { cause });
  }
  const { success, data, error } = headerSchema.safeParse(json);
  if (success) return data;
  const { format } = z.object({ format: z.int() }).safeParse(json).data ?? {};
  throw new ConveyanceError(
    'backup_unusable',
    format !== undefined && format > FORMAT
      ? `Backup ${id} has format ${format}, of a newer release than this one, which reads format ${FORMAT}`
      : `The header of backup ${id} is damaged: ${error.issues[0]?.path.join('.')}: ${error.issues[0]?.message}`,
  );
}

/** Of the whole backups of a place, the oldest first. */
export async function listBackups(store: ObjectStore): Promise<readonly string[]> {
  const ids: string[] = [];
  for await (const { key } of store.list(BACKUPS_PREFIX)) {
    const [id, name, ...more] = key.slice(BACKUPS_PREFIX.length).split('/');
    if (id !== undefined && name === HEADER_NAME && more.length === 0) ids.push(id);
  }
  return ids.sort();
}

/** @param id the newest one if it is null. Throws `backup_unusable`. */
export async function findBackup(store: ObjectStore, id: string | null): Promise<BackupHeader> {
  const ids = await listBackups(store);
  const found = id === null ? ids.at(-1) : ids.find((each) => each === id);
  if (found !== undefined) return readHeader(store, found);
  throw new ConveyanceError(
    'backup_unusable',
    id === null || ids.length === 0
      ? 'There is no whole backup at that place: one that was broken off is not taken for one'
      : `There is no backup ${id} at that place; there are ${ids.join(', ')}`,
  );
}
