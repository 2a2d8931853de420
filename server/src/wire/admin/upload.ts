/** Files of data that operators send over HTTP, by the core of the tus protocol 1.0; and loads of them. */
import { z } from 'zod';
import { ConveyanceError } from '../../core/errors.ts';
import { REMOTE_LOAD_STATES, type RemoteLoad } from '../../core/ports/database/incoming/remote-loads.ts';
import type { Upload } from '../../core/ports/database/incoming/uploads.ts';
import { integer, text, WHOLE_NUMBER } from '../fields.ts';

export const TUS_VERSION = '1.0.0';
export const TUS_EXTENSIONS = 'creation,termination,checksum,expiration';
/** The type of the body of a PATCH. */
export const TUS_BODY = 'application/offset+octet-stream';
/** Of one request: a header says so in advance. */
export const CHECKSUM_ALGORITHM = 'sha256';

export const uploadSchema = z
  .object({
    upload_id: text({ format: 'uuid' }),
    filename: text(),
    length: integer({ description: 'Bytes of the whole file.' }),
    offset: integer({ description: 'Bytes that are there: where to go on.' }),
    sha256: text({ description: 'Of the whole file, if its sender said.' }).nullable(),
    created_at: text({ format: 'date-time' }),
    expires_at: text({ format: 'date-time', description: 'A day after its last byte came it is deleted.' }),
  })
  .meta({ id: 'Upload' });

export const uploadListSchema = z.object({ uploads: z.array(uploadSchema) }).meta({ id: 'UploadList' });
export const uploadParams = z.object({ upload_id: text({ format: 'uuid', description: 'UUID of the upload.' }) });

const tusHeader = text({ description: 'Version of the protocol. Believed to be 1.0.0 if it is left out.' }).optional();
export const newUploadHeaders = z.object({
  'Tus-Resumable': tusHeader,
  'Upload-Length': integer({ description: 'Bytes of the whole file.' }),
  'Upload-Metadata': text({
    description:
      'Names with values in Base64, separated by commas: `filename`, which the table follows from, and `sha256`, of the whole file in hex.',
  }),
});
export const appendHeaders = z.object({
  'Tus-Resumable': tusHeader,
  'Upload-Offset': integer({ description: 'The byte at which the body begins: what was received until now.' }),
  'Upload-Checksum': text({ description: 'Of the body: `sha256` and the hash in Base64.' }).optional(),
});

/** Of a PATCH: as they are, from the offset on. */
export const appendedBytes = z.object({}).meta({ description: 'The bytes of the file from the offset on.' });

export function uploadFields(upload: Upload): z.infer<typeof uploadSchema> {
  return {
    upload_id: upload.id,
    filename: upload.filename,
    length: upload.length,
    offset: upload.received,
    sha256: upload.sha256,
    created_at: upload.createdAt.toISOString(),
    expires_at: upload.expiresAt.toISOString(),
  };
}

export type Headers = Readonly<Record<string, string | readonly string[] | undefined>>;

function headerOf(headers: Headers, name: string): string | undefined {
  const value = headers[name];
  return typeof value === 'string' ? value : undefined;
}

/** Throws `tus_version`. */
export function checkTusVersion(headers: Headers): void {
  const version = headerOf(headers, 'tus-resumable') ?? TUS_VERSION;
  if (version !== TUS_VERSION) throw new ConveyanceError('tus_version', `This server speaks tus ${TUS_VERSION}`);
}

function wholeNumber(headers: Headers, name: string): number {
  const given = headerOf(headers, name.toLowerCase()) ?? '';
  const value = WHOLE_NUMBER.test(given) ? Number(given) : Number.NaN;
  if (Number.isSafeInteger(value)) return value;
  throw new ConveyanceError('invalid_parameter', `the header ${name} must be a whole number of bytes`);
}

function decoded(word: string): string {
  try {
    const bytes = Uint8Array.from(atob(word), (each) => each.charCodeAt(0));
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw new ConveyanceError('invalid_parameter', 'Upload-Metadata must have its values in Base64, of UTF-8');
  }
}

function metadataOf(headers: Headers): ReadonlyMap<string, string> {
  const given = headerOf(headers, 'upload-metadata') ?? '';
  const pairs = given.split(',').filter((pair) => pair.trim() !== '');
  return new Map(
    pairs.map((pair) => {
      const [name = '', value = ''] = pair.trim().split(/ +/);
      return [name, decoded(value)];
    }),
  );
}

/** @param isFileName judges what the file is called. */
export function readNewUpload(headers: Headers, isFileName: (name: string) => boolean) {
  checkTusVersion(headers);
  const length = wholeNumber(headers, 'Upload-Length');
  const metadata = metadataOf(headers);
  const filename = metadata.get('filename') ?? '';
  if (!isFileName(filename)) {
    throw new ConveyanceError(
      'invalid_parameter',
      'Upload-Metadata must have a filename: 1 to 200 characters without a folder, which does not begin with a point',
    );
  }
  const sha256 = metadata.get('sha256')?.toLowerCase() ?? null;
  if (sha256 !== null && !/^[0-9a-f]{64}$/.test(sha256)) {
    throw new ConveyanceError('invalid_parameter', 'sha256 in Upload-Metadata must be a SHA-256 in hex');
  }
  return { filename, length, sha256 };
}

/** The offset, and the hash of the body in Base64 if it is announced. */
export function readAppend(headers: Headers): { readonly offset: number; readonly checksum: string | null } {
  checkTusVersion(headers);
  const offset = wholeNumber(headers, 'Upload-Offset');
  const given = headerOf(headers, 'upload-checksum');
  if (given === undefined) return { offset, checksum: null };
  const [algorithm = '', checksum = ''] = given.trim().split(/ +/);
  if (algorithm === CHECKSUM_ALGORITHM && /^[A-Za-z0-9+/]{43}=$/.test(checksum)) return { offset, checksum };
  throw new ConveyanceError('invalid_parameter', 'Upload-Checksum must be sha256 and a hash in Base64');
}

const open = z.record(z.string(), z.unknown());

/** Of a request; the rule of loads judges what is in it. */
export const newLoadSchema = z.object({
  upload_ids: z
    .array(z.string(), { error: 'must be a list of uploads' })
    .optional()
    .meta({ description: 'Uploads that are whole: all become one data version.' }),
  addresses: z.array(open, { error: 'must be a list of objects' }).optional().meta({
    description:
      'What a worker fetches besides: `address` (https://, s3://, postgres://); of a database `query`, or `tables`, and `cursor`; `user` and `secret` for who logs in, which are sealed until the load ends and told nowhere.',
  }),
  table: text({ description: 'The table of every file, whatever its name.' }).nullable().optional(),
  column_names: z
    .record(z.string(), z.string(), { error: 'must be an object of texts' })
    .optional()
    .meta({ description: 'Our names of columns, with those that the files have.' }),
  mapping: open
    .nullable()
    .optional()
    .meta({ description: 'A mapping file (docs/loading.md): `name`, and `document`, its content as JSON.' }),
  format: open.optional().meta({
    description: 'How text is written: `encoding`, `delimiter`, `quote`, `header_line`, `numbers`, `dates`, `empty`.',
  }),
  dry_run: z.boolean({ error: 'must be true or false' }).optional(),
  max_rejects: z.int({ error: 'must be a whole number' }).optional(),
  null_invalid: z.union([z.literal('all'), z.array(z.string())], { error: 'must be `all` or names' }).optional(),
  note: text().nullable().optional(),
});

export const loadParams = z.object({ load_id: text({ format: 'uuid', description: 'UUID of the load.' }) });

export const loadSchema = z
  .object({
    load_id: text({ format: 'uuid' }),
    upload_ids: z.array(text({ format: 'uuid' })),
    addresses: z.array(text()).meta({ description: 'What is fetched, without what may be a secret.' }),
    state: z.enum(REMOTE_LOAD_STATES).meta({ id: 'LoadState' }),
    stage: text({ description: 'What is being done.' }).nullable(),
    attempt: integer(),
    created_at: text({ format: 'date-time' }),
    started_at: text({ format: 'date-time' }).nullable(),
    finished_at: text({ format: 'date-time' }).nullable(),
    failure: text({ description: 'Why nothing was loaded.' }).nullable(),
    has_rejects: z.boolean().meta({ description: 'Whether `/rejects` has rows.' }),
    report: open.nullable().meta({ description: 'As `conveyance load --json` prints it.' }),
  })
  .meta({ id: 'Load' });

const iso = (date: Date | null) => date?.toISOString() ?? null;

export function remoteLoadFields(load: RemoteLoad): z.infer<typeof loadSchema> {
  return {
    load_id: load.id,
    upload_ids: [...load.uploadIds],
    addresses: [...load.addresses],
    state: load.state,
    stage: load.stage,
    attempt: load.attempt,
    created_at: load.createdAt.toISOString(),
    started_at: iso(load.startedAt),
    finished_at: iso(load.finishedAt),
    failure: load.failure,
    has_rejects: load.rejectsKey !== null,
    report: open.nullable().parse(load.report),
  };
}
