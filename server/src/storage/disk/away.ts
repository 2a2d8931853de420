/** Errors of a volume that is away become errors of the catalogue here, where they leave the adapter, and nowhere else. */
import { StoreAway } from '../../core/passing-fault.ts';
import type { LentPieces, ObjectStore, ObjectWriter } from '../../core/ports/store.ts';

/** A volume that is not mounted, a server of files that does not answer, a disk that fails, no descriptor left. A full disk is not away. */
const AWAY = [
  ...['EIO', 'EREMOTEIO', 'ESTALE', 'EROFS', 'ENODEV', 'ENXIO', 'EMFILE', 'ENFILE'],
  ...['ETIMEDOUT', 'EHOSTDOWN', 'EHOSTUNREACH', 'ENETDOWN', 'ENETUNREACH', 'ENOTCONN', 'ECONNRESET', 'ECONNREFUSED'],
];

function told(error: unknown): unknown {
  const away = error instanceof Error && 'code' in error && AWAY.includes(String(error.code));
  return away ? new StoreAway(error) : error;
}

async function telling<Result>(work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    throw told(error);
  }
}

async function* tellingEach<Item>(items: AsyncIterable<Item>): AsyncGenerator<Item, void, undefined> {
  try {
    yield* items;
  } catch (error) {
    throw told(error);
  }
}

function tellingWriter(writer: ObjectWriter): ObjectWriter {
  return {
    write: (piece) => telling(() => writer.write(piece)),
    finish: () => telling(() => writer.finish()),
    abort: () => telling(() => writer.abort()),
  };
}

function tellingPieces(pieces: LentPieces): LentPieces {
  return { next: () => telling(() => pieces.next()), close: () => telling(() => pieces.close()) };
}

/** The store, whose methods, writers and streams throw `StoreAway`. */
export function tellingStore(store: ObjectStore): ObjectStore {
  return {
    create: async (key) => tellingWriter(await telling(() => store.create(key))),
    abandon: (directory) => telling(() => store.abandon(directory)),
    scratch: (name) => telling(() => store.scratch(name)),
    discard: (name) => telling(() => store.discard(name)),
    put: (key, localPath) => telling(() => store.put(key, localPath)),
    open: async (key, range) => tellingEach(await telling(() => store.open(key, range))),
    lend: async (key, range) => tellingPieces(await telling(() => store.lend(key, range))),
    stat: (key) => telling(() => store.stat(key)),
    measure: (key) => telling(() => store.measure(key)),
    delete: (key) => telling(() => store.delete(key)),
    purge: (prefix) => telling(() => store.purge(prefix)),
    list: (prefix) => tellingEach(store.list(prefix)),
    copies: store.copies,
    hold: (files, signal) => telling(() => store.hold(files, signal)),
    localize: (key) => telling(() => store.localize(key)),
    freeBytes: () => telling(() => store.freeBytes()),
    sweepScratch: (stale) => telling(() => store.sweepScratch(stale)),
  };
}
