import type { DataSession } from '../core/procedure.ts';
import type { Cage } from './cage.ts';
import { TableAppender } from './inputs.ts';
import { packRows } from './pack.ts';
import { plainValue } from './values.ts';

/** The cage as procedures see it: plain values, and nothing of the driver. */
export function dataSession(cage: Cage): DataSession {
  const { session } = cage;
  return {
    async execute(sql) {
      await session.execute(sql);
    },
    async *read(sql) {
      for await (const chunk of cage.readBeside(sql)) yield chunk.getRows().map((row) => row.map(plainValue));
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
