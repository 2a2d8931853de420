/** The library's client with promises: a status becomes its code. */
import type { FileEntryWithStats, SFTPWrapper, Stats } from 'ssh2';

export const CODES = { endOfFile: 1, noSuchFile: 2, permissionDenied: 3, failure: 4, unsupported: 8 } as const;

type Answer<Value> = (error: Error | undefined | null, value: Value) => void;

/** The value, or the code of the status that came in its place. */
export function asked<Value>(ask: (answer: Answer<Value>) => unknown): Promise<Value | number> {
  return new Promise((resolve, reject) => {
    ask((error, value) => {
      if (!error) resolve(value);
      else if ('code' in error && typeof error.code === 'number') resolve(error.code);
      else reject(error);
    });
  });
}

/** The value. Throws where a status came in its place. */
export async function got<Value>(ask: (answer: Answer<Value>) => unknown): Promise<Value> {
  const answer = await asked(ask);
  if (typeof answer === 'number') throw new Error(`the server answered with status ${answer}`);
  return answer;
}

export function list(sftp: SFTPWrapper, path: string): Promise<readonly FileEntryWithStats[]> {
  return got<FileEntryWithStats[]>((answer) => sftp.readdir(path, answer));
}

export async function namesIn(sftp: SFTPWrapper, path: string): Promise<readonly string[]> {
  return (await list(sftp, path)).map(({ filename }) => filename);
}

export function stat(sftp: SFTPWrapper, path: string): Promise<Stats | number> {
  return asked<Stats>((answer) => sftp.stat(path, answer));
}

export function open(sftp: SFTPWrapper, path: string): Promise<Buffer | number> {
  return asked<Buffer>((answer) => sftp.open(path, 'r', answer));
}

export function opened(sftp: SFTPWrapper, path: string): Promise<Buffer> {
  return got<Buffer>((answer) => sftp.open(path, 'r', answer));
}

/** The bytes that one READ brings; a code for a status. */
export function read(sftp: SFTPWrapper, handle: Buffer, offset: number, length: number): Promise<Buffer | number> {
  return new Promise((resolve, reject) => {
    const buffer = Buffer.alloc(length);
    sftp.read(handle, buffer, 0, length, offset, (error, count) => {
      if (!error) resolve(buffer.subarray(0, count));
      else if ('code' in error && typeof error.code === 'number') resolve(error.code);
      else reject(error);
    });
  });
}

export function fetched(sftp: SFTPWrapper, path: string): Promise<Buffer> {
  return got<Buffer>((answer) => sftp.readFile(path, answer));
}

function field(value: string | Uint8Array): Buffer {
  const bytes = Buffer.from(value);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(bytes.length);
  return Buffer.concat([length, bytes]);
}

/** A request of any type, from its fields: strings and bytes with their lengths, numbers as uint32, bigints as uint64. */
export function requestBytes(type: number, ...fields: readonly (string | Uint8Array | number | bigint)[]): Buffer {
  const parts = fields.map((value) => {
    if (typeof value === 'string' || value instanceof Uint8Array) return field(value);
    const bytes = Buffer.alloc(typeof value === 'bigint' ? 8 : 4);
    if (typeof value === 'bigint') bytes.writeBigUInt64BE(value);
    else bytes.writeUInt32BE(value);
    return bytes;
  });
  return field(Buffer.concat([Buffer.of(type), ...parts]));
}

export const INIT = requestBytes(1, 3);
