/** A report's row as JSON Schema. */
import { jsonSchemaType } from '../core/column-types.ts';
import { DICTIONARY_VERSION } from './catalogue.ts';
import type { Report, ReportColumn } from './columns/report.ts';

/** The JSON Schema (draft 2020-12) of one line of the report in JSONL: every column is there, in the declared order. */
export function reportJsonSchema(
  report: Pick<Report, 'type' | 'title' | 'grain' | 'columns'>,
): Record<string, unknown> {
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    $id: `urn:conveyance:report:${report.type}:${DICTIONARY_VERSION}`,
    title: report.title,
    description: report.grain,
    type: 'object',
    properties: Object.fromEntries(report.columns.map((column) => [column.name, columnSchema(column)])),
    required: report.columns.map((column) => column.name),
    additionalProperties: false,
  };
}

function columnSchema(column: ReportColumn): Record<string, unknown> {
  const { type, ...rest } = jsonSchemaType(column.type);
  return {
    description: column.description,
    type: column.nullable ? [type, 'null'] : type,
    ...rest,
    // `enum` applies to null too, unlike `minimum`, which applies to numbers only.
    ...(column.oneOf && { enum: column.nullable ? [...column.oneOf, null] : [...column.oneOf] }),
    ...(column.min !== undefined && { minimum: column.min }),
    ...(column.max !== undefined && { maximum: column.max }),
  };
}
