/** A load's report as `--json` and the operators' interface have it: plain data. */

import { sourceFields } from '../../core/versions/origin.ts';
import type { FoundFormat } from '../formats/text-format.ts';
import type { LoadReport } from '../load/load.ts';

const QUOTE_NAMES = { '"': 'double', "'": 'single', '': 'none' } as const;

function formatFields({ encoding, separator, quote, headerLine, forms, guesses }: FoundFormat) {
  return {
    encoding,
    delimiter: separator,
    quote: QUOTE_NAMES[quote],
    header_line: headerLine,
    numbers: forms?.numbers ?? ('plain' as const),
    dates: forms?.dates ?? ('iso' as const),
    empty_words: forms?.empty ?? [],
    guesses,
  };
}

export type LoadFields = ReturnType<typeof loadFields>;

export function loadFields(report: LoadReport) {
  const { version, files, tables, skippedFiles, rejected, rejectSums, rejectFile, rejects } = report;
  return {
    version,
    unchanged: report.unchanged,
    tables: tables.map(({ table, loaded, replaced, unchanged, deleted, rows }) => ({
      ...{ table, loaded, replaced, unchanged, deleted, rows },
    })),
    ignored_columns: files
      .filter(({ ignoredColumns }) => ignoredColumns.length > 0)
      .map(({ path, ignoredColumns }) => ({ file: path, columns: ignoredColumns })),
    restored: files.flatMap(({ path, restored }) =>
      Object.entries(restored).map(([column, rows]) => ({ file: path, column, rows })),
    ),
    nulled: files.flatMap(({ path, nulled }) =>
      Object.entries(nulled).map(([column, rows]) => ({ file: path, column, rows })),
    ),
    left_out: files.filter(({ leftOut }) => leftOut > 0).map(({ path, leftOut }) => ({ file: path, rows: leftOut })),
    formats: report.formats.map(({ path, format }) => ({ file: path, ...formatFields(format) })),
    sources: report.sources.map(sourceFields),
    skipped_files: skippedFiles,
    erased: report.erased,
    rejected,
    reject_sums: rejectSums.map(({ column, reason, rows, file, line }) => ({
      column,
      reason,
      rows,
      first_file: file,
      first_line: line,
    })),
    reject_file: rejectFile,
    rejects: rejects.map(({ file, line, column, reason, value }) => ({ file, line, column, reason, value })),
  };
}
