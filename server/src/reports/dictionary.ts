/** The data dictionary for people. */
import { typeName } from '../core/column-types.ts';
import { DICTIONARY_VERSION } from './catalogue.ts';
import type { Report } from './columns/report.ts';

const PREFACE = `# Data dictionary

Version ${DICTIONARY_VERSION}. A column has the same name in every format and in every report that
has it, but for the property’s number: \`id\` in the property report, as the vendor has it, and \`property_id\` in the others.

- \`id\` is a positive 64-bit integer, \`count\` a 32-bit integer, \`number\`, \`money\` and \`fraction\` are doubles. Money is in US dollars,
  rounded to cents. A fraction is a share of one: 0.053 is 5.3 percent.
- \`date\` is a calendar day, \`YYYY-MM-DD\` in CSV and JSONL, DATE in Parquet.
- A missing value is \`null\` in JSONL and Parquet and an empty field in CSV. A column that may be missing is marked under *null*.
- Lists and structs are native in JSONL and Parquet and JSON text in CSV.
- *PII* says how closely a value identifies a person: \`none\`, \`indirect\` (together with other data) or \`direct\` (by itself).
- Rows are ordered by the report's key.
`;

/** `docs/dictionary.md`. */
export function dictionaryMarkdown(reports: readonly Report[]): string {
  return [PREFACE, ...reports.map(reportSection)].join('\n');
}

function reportSection(report: Report): string {
  const rows = report.columns.map((column) =>
    tableRow([
      `\`${column.name}\``,
      `\`${typeName(column.type)}\``,
      column.unit === null ? '' : `\`${column.unit}\``,
      column.nullable ? 'null' : '',
      column.pii,
      column.description,
      column.since,
    ]),
  );
  return `## \`${report.type}\`: ${report.title}

${report.description}

${report.grain} Key: ${report.key.map((name) => `\`${name}\``).join(', ')}. ${report.columns.length} columns.

| column | type | unit | null | PII | meaning | since |
|---|---|---|---|---|---|---|
${rows.join('\n')}
`;
}

function tableRow(cells: readonly string[]): string {
  return `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
}
