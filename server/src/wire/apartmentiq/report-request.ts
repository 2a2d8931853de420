/** The body of a report request: its form, and the sentence for each fault. */
import { z } from 'zod';
import { isCalendarDay } from '../../core/dates.ts';
import type { ReportRequest } from '../../core/job.ts';
import { MAX_CALLBACK_URL_CHARACTERS } from '../../core/webhooks/callback-url.ts';
import { type AcceptsCallback, callbackUrlFault } from './callback-url.ts';
import { type ColumnNames, columnNamesOf, combinedFaults, fileOptionFields, toFileOptions } from './file-options.ts';
import {
  choiceFaults,
  choiceFields,
  namedOffenders,
  propertyIdsField,
  toChoice,
  withoutEmptyIds,
} from './property-choice.ts';
import { ignoredFields, parseFields } from './request-body.ts';
import { fileTypeSchema, reportTypeSchema } from './words.ts';

const MESSAGES = {
  day: (field: string) => `${field} must be in YYYY-MM-DD format`,
  order: 'end_date must be on or after start_date',
} as const;

function daySchema(field: string) {
  return z.string({ error: MESSAGES.day(field) }).refine(isCalendarDay, { error: MESSAGES.day(field) });
}

/** What is exported, as which kind of file. */
export const reportFields = {
  report_type: reportTypeSchema.meta({ description: 'Type of report to generate.' }),
  output_format: fileTypeSchema.meta({ description: 'Format for the output file.' }),
};

const dateFields = {
  start_date: daySchema('start_date').meta({
    format: 'date',
    description: 'Start date for bulk data export (YYYY-MM-DD).',
    example: '2025-12-01',
  }),
  end_date: daySchema('end_date').meta({
    format: 'date',
    description: 'End date for bulk data export (YYYY-MM-DD).',
    example: '2025-12-31',
  }),
};

function callbackField(acceptsCallback: AcceptsCallback) {
  const fault = (value: unknown) => callbackUrlFault('callback_url', value, acceptsCallback) ?? undefined;
  return z
    .string({ error: ({ input }) => fault(input) })
    .refine((text) => fault(text) === undefined, { error: ({ input }) => fault(input) });
}

/** Which properties, for whom, in which form: what every request for an export says besides its days. */
export function exportFields(acceptsCallback: AcceptsCallback) {
  return {
    ...choiceFields,
    callback_url: callbackField(acceptsCallback)
      .meta({
        format: 'uri',
        maxLength: MAX_CALLBACK_URL_CHARACTERS,
        description: 'Optional webhook URL to notify when the job completes.',
        example: 'https://example.com/webhook',
      })
      .optional(),
    ...fileOptionFields,
  };
}

function requestFields(acceptsCallback: AcceptsCallback) {
  return { ...reportFields, ...dateFields, ...exportFields(acceptsCallback) };
}

/** For the documents: the contract requires ids, and says nothing of lists. */
export const reportRequestSchema = z.object({ ...requestFields(() => true), property_ids: propertyIdsField });

const KNOWN_FIELDS = Object.keys(reportRequestSchema.shape);

/** Well-formed dates can still be in the wrong order; reported together with the faults of other fields. */
function orderFaults(body: object): readonly (readonly [string, string])[] {
  const dates = z.object(dateFields).safeParse(body);
  return dates.success && dates.data.end_date < dates.data.start_date ? [['end_date', MESSAGES.order]] : [];
}

/** Reads a request body, unknown fields ignored. Throws `invalid_parameter` with every fault, in the order of the fields. */
export function parseReportRequest(
  body: unknown,
  acceptsCallback: AcceptsCallback,
  columnNames: ColumnNames = columnNamesOf,
): ReportRequest {
  const fields = parseFields(
    withoutEmptyIds(body),
    requestFields(acceptsCallback),
    (object) => new Map([...choiceFaults(object), ...combinedFaults(object, columnNames), ...orderFaults(object)]),
    namedOffenders,
  );
  return {
    spec: {
      reportType: fields.report_type,
      outputFormat: fields.output_format,
      startDate: fields.start_date,
      endDate: fields.end_date,
      ...toFileOptions(fields),
    },
    ...toChoice(fields),
    callbackUrl: fields.callback_url ?? null,
    warnings: ignoredFields(body, KNOWN_FIELDS),
  };
}
