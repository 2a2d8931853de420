import { type Selectable, sql } from 'kysely';
import { isUuid } from '../../../core/ids/job-id.ts';
import type { Upload, UploadPart, UploadStore } from '../../../core/ports/database/incoming/uploads.ts';
import { atomically } from '../../connection/pipeline.ts';
import type { Connection } from '../../tables/schema.ts';
import type { UploadsTable } from '../../tables/upload-tables.ts';
import { lock } from '../locks.ts';

function toUpload(row: Selectable<UploadsTable>): Upload {
  return {
    id: row.id,
    credentialId: row.credential_id,
    filename: row.filename,
    length: row.length,
    received: row.received,
    sha256: row.sha256,
    createdAt: row.created_at,
    expiresAt: row.expires_at,
  };
}

const keptFor = (seconds: number) => sql<Date>`clock_timestamp() + make_interval(secs => ${seconds})`;

export class PostgresUploads implements UploadStore {
  readonly #connection: Connection;

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  insert(
    { id, credentialId, filename, length, sha256 }: Parameters<UploadStore['insert']>[0],
    { bounds, keptSeconds }: Parameters<UploadStore['insert']>[1],
  ): Promise<Upload | null> {
    return atomically(this.#connection, async (tx) => {
      // Two that begin at once must not both find the last place.
      await lock(tx, 'uploads');
      const { count, bytes } = await tx
        .selectFrom('uploads')
        .select((eb) => [
          eb.fn.countAll<number>().as('count'),
          sql<number>`coalesce(sum(length), 0)::float8`.as('bytes'),
        ])
        .executeTakeFirstOrThrow();
      if (count >= bounds.uploads || bytes + length > bounds.bytes) return null;
      const row = await tx
        .insertInto('uploads')
        .values({ id, credential_id: credentialId, filename, length, sha256, expires_at: keptFor(keptSeconds) })
        .returningAll()
        .executeTakeFirstOrThrow();
      return toUpload(row);
    });
  }

  async get(id: string): Promise<Upload | null> {
    if (!isUuid(id)) return null;
    const row = await this.#connection.selectFrom('uploads').selectAll().where('id', '=', id).executeTakeFirst();
    return row === undefined ? null : toUpload(row);
  }

  async list(): Promise<readonly Upload[]> {
    const all = this.#connection.selectFrom('uploads').selectAll();
    return (await all.orderBy('created_at', 'desc').orderBy('id').execute()).map(toUpload);
  }

  append(id: string, { offset, parts, keptSeconds }: Parameters<UploadStore['append']>[1]): Promise<boolean> {
    return atomically(this.#connection, async (tx) => {
      const bytes = parts.reduce((sum, part) => sum + part.bytes, 0);
      const { numUpdatedRows } = await tx
        .updateTable('uploads')
        .set({ received: offset + bytes, expires_at: keptFor(keptSeconds) })
        .where('id', '=', id)
        .where('received', '=', offset)
        .executeTakeFirst();
      if (numUpdatedRows === 0n) return false;
      let start = offset;
      for (const part of parts) {
        await tx
          .insertInto('upload_parts')
          .values({ upload_id: id, start, ...part })
          .execute();
        start += part.bytes;
      }
      return true;
    });
  }

  async parts(id: string): Promise<readonly UploadPart[]> {
    if (!isUuid(id)) return [];
    const all = this.#connection.selectFrom('upload_parts').select(['key', 'bytes']).where('upload_id', '=', id);
    return all.orderBy('start').execute();
  }

  remove(id: string): Promise<readonly string[] | null> {
    if (!isUuid(id)) return Promise.resolve(null);
    return atomically(this.#connection, async (tx) => {
      // Held, so that no part is added between the look at them and the end.
      const found = await tx.selectFrom('uploads').select('id').where('id', '=', id).forUpdate().executeTakeFirst();
      if (found === undefined) return null;
      const parts = await tx.selectFrom('upload_parts').select('key').where('upload_id', '=', id).execute();
      await tx.deleteFrom('uploads').where('id', '=', id).execute();
      return parts.map(({ key }) => key);
    });
  }

  async expired(limit: number): Promise<readonly string[]> {
    const { rows } = await sql<{ id: string }>`
      select id from uploads where expires_at < clock_timestamp() and not exists (
        select from remote_loads where finished_at is null and uploads.id = any (upload_ids)
      ) order by expires_at limit ${limit}`.execute(this.#connection);
    return rows.map(({ id }) => id);
  }

  async isHeld(key: string): Promise<boolean> {
    const { rows } = await sql<{ held: boolean }>`
      select exists (select from upload_parts where key = ${key})
        or exists (select from remote_loads where rejects_key = ${key}) as held`.execute(this.#connection);
    return rows[0]?.held ?? false;
  }
}
