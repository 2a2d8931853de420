import { type ExpressionBuilder, type SqlBool, sql } from 'kysely';
import type { JobFilter } from '../../core/ports/database/jobs.ts';
import type { Schema } from '../tables/schema.ts';

/** What words are looked for in, as lists show it. */
const SOUGHT = sql`lower(concat_ws(' ', id, name, report_type, output_format, start_date, end_date))`;

/** True of the jobs that are meant. */
export function meets({ statuses, reportType, from, until, words = [] }: JobFilter) {
  return (eb: ExpressionBuilder<Schema, 'jobs'>) =>
    eb.and([
      ...(statuses === undefined ? [] : [eb('status', 'in', [...statuses])]),
      ...(reportType === undefined ? [] : [eb('report_type', '=', reportType)]),
      ...(from === undefined ? [] : [eb('created_at', '>=', from)]),
      ...(until === undefined ? [] : [eb('created_at', '<', until)]),
      ...words.map((word) => sql<SqlBool>`position(lower(${word}) in ${SOUGHT}) > 0`),
    ]);
}
