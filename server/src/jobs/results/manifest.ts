import type { Caller } from '../../core/access.ts';
import { tableSchemaType } from '../../core/column-types.ts';
import type { Deps } from '../../core/ports/deps.ts';
import { DICTIONARY_VERSION, REPORTS } from '../../reports/catalogue.ts';
import { selectColumns } from '../../reports/compile.ts';
import { readResult } from './download.ts';

/** A Frictionless data package: what the files of a job are, so that whoever holds them can prove it. */
export async function readManifest(deps: Pick<Deps, 'db' | 'clock'>, caller: Caller, jobId: string) {
  const job = await readResult(deps, caller, jobId);
  const { result, spec } = job;
  const report = REPORTS[spec.reportType];
  const columns = selectColumns(report, spec.columns);
  const hasKey = report.key.every((name) => columns.some((column) => column.name === name));
  return {
    $schema: 'https://datapackage.org/profiles/2.0/datapackage.json',
    name: `${spec.reportType}-${job.id}`,
    title: report.title,
    created: job.finishedAt?.toISOString() ?? null,
    job_id: job.id,
    report_type: spec.reportType,
    start_date: spec.startDate,
    end_date: spec.endDate,
    property_count: job.propertyCount,
    data_version: job.dataVersion,
    dictionary_version: DICTIONARY_VERSION,
    resources: [
      {
        name: spec.reportType,
        path: result.filename,
        format: spec.outputFormat,
        mediatype: result.contentType,
        compression: spec.compression,
        encoding: 'utf-8',
        rows: result.rows,
        bytes: result.bytes,
        hash: `sha256:${result.sha256}`,
        sha256: result.sha256,
        schema: {
          fields: columns.map(({ name, type, unit, nullable, description }) => ({
            name,
            type: tableSchemaType(type),
            description,
            unit,
            constraints: { required: !nullable },
          })),
          // A key that is not in the file identifies no row of it.
          ...(hasKey && { primaryKey: report.key }),
        },
      },
    ],
  };
}
