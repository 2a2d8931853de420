/** Whether every object of a data version is what it was when it was written. */
import { isConveyanceError } from '../../core/errors.ts';
import type { DataFile, DataVersion } from '../../core/ports/database/warehouse.ts';
import type { Deps } from '../../core/ports/deps.ts';
import type { SealedObject } from '../../core/ports/store.ts';

export interface FaultyObject {
  readonly table: string;
  readonly key: string;
  readonly fault: 'missing' | 'changed';
  readonly expected: SealedObject;
  /** Null if it is missing. */
  readonly found: SealedObject | null;
}

export interface CheckedVersion {
  readonly objects: number;
  /** That were read. */
  readonly bytes: number;
  readonly faults: readonly FaultyObject[];
}

interface CheckWatch {
  readonly signal: AbortSignal;
  readonly onProgress?: (done: number, total: number) => void;
}

async function measure({ store }: Pick<Deps, 'store'>, key: string): Promise<SealedObject | null> {
  try {
    return await store.measure(key);
  } catch (error) {
    if (isConveyanceError(error, 'not_found')) return null;
    throw error;
  }
}

function faultOf(table: string, file: DataFile, found: SealedObject | null): FaultyObject | null {
  if (found?.sha256 === file.sha256 && found.bytes === file.bytes) return null;
  const expected = { bytes: file.bytes, sha256: file.sha256 };
  return { table, key: file.key, fault: found === null ? 'missing' : 'changed', expected, found };
}

/** Reads all objects of the versions, each once, and compares size and SHA-256 with what the versions say. */
export async function checkObjects(
  deps: Pick<Deps, 'store'>,
  versions: readonly DataVersion[],
  { signal, onProgress }: CheckWatch,
): Promise<CheckedVersion> {
  const objects = new Map<string, { readonly table: string; readonly file: DataFile }>();
  for (const { tables } of versions) {
    for (const [table, files] of Object.entries(tables)) {
      for (const file of files) objects.set(file.key, { table, file });
    }
  }
  const faults: FaultyObject[] = [];
  let bytes = 0;
  let done = 0;
  for (const { table, file } of objects.values()) {
    signal.throwIfAborted();
    const found = await measure(deps, file.key);
    bytes += found?.bytes ?? 0;
    const fault = faultOf(table, file, found);
    if (fault !== null) faults.push(fault);
    onProgress?.(++done, objects.size);
  }
  return { objects: objects.size, bytes, faults };
}
