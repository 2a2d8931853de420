/** What a report would hold, without writing it: how many rows, and how wide they are as text. */
import type { PlaceRange } from '../core/plan/rows.ts';
import type { ExportPlan, ProgramStep, Query } from '../core/ports/engine.ts';
import type { Report } from './columns/report.ts';

/** Properties whose rows are read to learn how wide rows are. */
export const SAMPLED_PROPERTIES = 16;

/** The question `spread`, which reads two columns: up to 16 properties with data, and the number of properties and rows of the whole. */
export function countQuery({ tables, inputs, parameters, rows }: ExportPlan): Query {
  return {
    tables: Object.fromEntries(Object.entries(tables).filter(([name]) => name === rows.table)),
    inputs,
    parameters,
    question: { ask: 'spread', rows, sampled: SAMPLED_PROPERTIES },
  };
}

/** The question `widths` about the rows of the properties within the range. */
export function widthQuery({ tables, inputs, parameters, rows }: ExportPlan, range: PlaceRange): Query {
  return { tables, inputs, parameters, question: { ask: 'widths', rows, range } };
}

/** The question `widths-by-property`. All columns, in any order of the properties. */
export function widthsByProperty(
  { parameters, rows }: ExportPlan,
  { key: [shownId = ''], dayColumn: shownDay }: Pick<Report, 'key' | 'dayColumn'>,
  { range, stride }: { readonly range: PlaceRange; readonly stride: number },
): ProgramStep {
  return { question: { ask: 'widths-by-property', rows, range, shownId, shownDay, stride }, parameters };
}

/** The first line of a CSV file. */
export function csvHeaderBytes({ columns }: Pick<ExportPlan, 'columns'>): number {
  return columns.reduce((sum, { name }) => sum + name.length + 1, 0);
}
