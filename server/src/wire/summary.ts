/** What a finished result holds, as both dialects tell it. */
import { z } from 'zod';
import { typeName } from '../core/column-types.ts';
import {
  CHART_KINDS,
  type ChartFigures,
  type ColumnSummary,
  type Distribution,
  type MapFigures,
  type MeasureWords,
  type ResultSummary,
} from '../reports/charts/summary.ts';
import { integer, text } from './fields.ts';

const END_OF_STEP = 'A number, or a day.';

const distributionSchema = z
  .object({
    bins: z
      .array(
        z.object({
          from: z.union([z.number(), z.string()]).meta({ description: END_OF_STEP }),
          to: z.union([z.number(), z.string()]).meta({ description: 'Exclusive, but for the last one.' }),
          rows: integer(),
        }),
      )
      .meta({ description: 'Of numbers and days: equal steps from the least value to the greatest. Null for others.' })
      .nullable(),
    values: z
      .array(z.object({ value: text(), rows: integer() }))
      .meta({ description: 'Of texts and flags: the most frequent ones, eight at most. Null for others.' })
      .nullable(),
  })
  .meta({ id: 'SummaryDistribution' });

const columnSchema = z
  .object({
    name: text(),
    type: text({ description: 'A type of the data dictionary.' }),
    unit: text().nullable(),
    nulls: integer({ description: 'Rows without a value.' }),
    least: text({
      description: 'As text; of a list, the least number of its items. Null without values, and for what has no order.',
    }).nullable(),
    greatest: text().nullable(),
    distinct: integer({
      description: 'Different values: exact up to about 10,000, beyond an estimate that can be a quarter off.',
    }),
    distinct_is_estimate: z.boolean(),
    distribution: distributionSchema.nullable(),
  })
  .meta({ id: 'SummaryColumn' });

const measureSchema = z
  .object({ label: text(), unit: text({ description: 'As of a column; `fraction` for a share of a whole.' }) })
  .meta({ id: 'SummaryMeasure' });

const figuresSchema = z.array(z.number().nullable()).meta({ description: 'One for each measure.' });

const chartSchema = z
  .object({
    name: text(),
    kind: z.enum(CHART_KINDS),
    title: text(),
    axis: text({ description: 'What the groups are.' }),
    measures: z.array(measureSchema),
    groups: z.array(
      z.object({
        label: text({ description: 'Null for rows without a value there.' }).nullable(),
        values: figuresSchema,
      }),
    ),
    groups_left_out: integer({ description: 'The smallest ones: a chart has no room for all.' }),
    every_days: integer({ description: 'Of a line: the days from one point to the next.' }).nullable(),
  })
  .meta({ id: 'SummaryChart' });

const mapSchema = z
  .object({
    title: text(),
    measures: z.array(measureSchema).meta({ description: 'The first is how many properties are at a place.' }),
    places: z
      .array(z.object({ latitude: z.number(), longitude: z.number(), values: figuresSchema }))
      .meta({ description: 'Properties within a tenth of a degree are one place.' }),
    places_left_out: integer(),
  })
  .meta({ id: 'SummaryMap' });

export const summarySchema = z
  .object({
    rows: integer(),
    columns: z.array(columnSchema).meta({ description: 'In the order of the file.' }),
    columns_left_out: integer({ description: 'Columns of a customer’s own file, where it has too many.' }),
    charts: z.array(chartSchema).meta({ description: 'Those for which the result has the columns.' }),
    map: mapSchema.nullable(),
  })
  .meta({ id: 'ResultSummary', description: 'What the files of a job hold.' });

function distributionFields(distribution: Distribution): z.infer<typeof distributionSchema> {
  if (distribution.kind === 'bins') return { bins: [...distribution.bins], values: null };
  return { bins: null, values: [...distribution.values] };
}

function columnFields(column: ColumnSummary): z.infer<typeof columnSchema> {
  const { name, type, unit, nulls, least, greatest, distinct, isEstimate, distribution } = column;
  return {
    ...{ name, type: typeName(type), unit, nulls, least, greatest, distinct },
    distinct_is_estimate: isEstimate,
    distribution: distribution === null ? null : distributionFields(distribution),
  };
}

function measureFields(measures: readonly MeasureWords[]): z.infer<typeof measureSchema>[] {
  return measures.map(({ label, unit }) => ({ label, unit }));
}

function chartFields({ measures, groups, leftOut, everyDays, ...chart }: ChartFigures): z.infer<typeof chartSchema> {
  return {
    ...chart,
    measures: measureFields(measures),
    groups: groups.map(({ label, values }) => ({ label, values: [...values] })),
    groups_left_out: leftOut,
    every_days: everyDays,
  };
}

function mapFields({ title, measures, places, leftOut }: MapFigures): z.infer<typeof mapSchema> {
  return {
    title,
    measures: measureFields(measures),
    places: places.map(({ values, ...place }) => ({ ...place, values: [...values] })),
    places_left_out: leftOut,
  };
}

export function summaryFields(summary: ResultSummary): z.infer<typeof summarySchema> {
  return {
    rows: summary.rows,
    columns: summary.columns.map(columnFields),
    columns_left_out: summary.columnsLeftOut,
    charts: summary.charts.map(chartFields),
    map: summary.map === null ? null : mapFields(summary.map),
  };
}
