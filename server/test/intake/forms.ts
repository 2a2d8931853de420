/** Multipart bodies by hand, and an intake to read them. */
import { randomUUID } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Intake, Upload } from '../../src/core/ports/intake.ts';
import type { ObjectStore } from '../../src/core/ports/store.ts';
import { createIntake } from '../../src/intake/intake.ts';
import { createDiskStore } from '../../src/storage/disk/disk.ts';

export interface IntakeWorld extends AsyncDisposable {
  readonly intake: Intake;
  readonly store: ObjectStore;
  /** What lies in scratch. */
  scratch(): Promise<readonly string[]>;
}

export async function intakeWorld(): Promise<IntakeWorld> {
  const root = await mkdtemp(join(tmpdir(), 'conveyance-intake-'));
  const store = createDiskStore({ root });
  return {
    intake: createIntake({ store, ids: randomUUID }),
    store,
    scratch: () => readdir(join(root, '.scratch')),
    [Symbol.asyncDispose]: () => rm(root, { recursive: true }),
  };
}

/** The bytes in pieces of so many, each a buffer of its own as a socket's are. */
export async function* inPieces(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array, void, undefined> {
  for (let at = 0; at < bytes.length; at += size) yield Uint8Array.from(bytes.subarray(at, at + size));
}

/** One character is one byte. */
export function latin1(text: string): Buffer {
  return Buffer.from(text, 'latin1');
}

export interface ReceivedForm extends Omit<Upload, 'file' | 'dispose'> {
  readonly file: Omit<Upload['file'], 'path'> & { readonly content: Buffer };
}

/** What the upload holds, after which it is disposed of. */
export async function contentOf(upload: Upload): Promise<ReceivedForm> {
  const { path, ...file } = upload.file;
  const content = await readFile(path);
  await upload.dispose();
  return { jobType: upload.jobType, metadata: upload.metadata, file: { ...file, content } };
}
