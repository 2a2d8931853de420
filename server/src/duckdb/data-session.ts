import type { DataSession } from '../core/procedure.ts';
import { TableAppender } from './inputs.ts';
import { packRows } from './pack.ts';
import type { Session } from './session.ts';
import { plainValue } from './values.ts';

/** The session as procedures see it: plain values, and nothing of the driver. */
export function dataSession(session: Session): DataSession {
  return {
    async execute(sql) {
      await session.execute(sql);
    },
    async *read(sql) {
      for await (const { chunk } of session.chunks(sql)) yield chunk.getRows().map((row) => row.map(plainValue));
    },
    async createTable(name, columns) {
      const table = await TableAppender.create(session, name, columns);
      return {
        append(rows) {
          session.throwIfCancelled();
          if (rows.length > 0) table.append(packRows(columns, rows));
        },
        close() {
          table.flush();
          table.close();
        },
      };
    },
  };
}
