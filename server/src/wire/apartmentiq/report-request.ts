/** The body of a report request: its form, and the sentence for each fault. */
import { z } from 'zod';
import { isCalendarDay } from '../../core/dates.ts';
import type { ReportRequest } from '../../core/job.ts';
import { MAX_CALLBACK_URL_CHARACTERS } from '../../core/webhooks/callback-url.ts';
import { checkedList } from '../fields.ts';
import { type AcceptsCallback, callbackUrlFault } from './callback-url.ts';
import { type ColumnNames, columnNamesOf, combinedFaults, fileOptionFields, toFileOptions } from './file-options.ts';
import { ignoredFields, parseFields } from './request-body.ts';
import { fileTypeSchema, reportTypeSchema } from './words.ts';

export const MAX_PROPERTY_IDS = 1_000_000;

const MESSAGES = {
  day: (field: string) => `${field} must be in YYYY-MM-DD format`,
  order: 'end_date must be on or after start_date',
  idsMissing: 'property_ids is required and must be a non-empty array',
  idsForm: 'property_ids must contain only positive integers',
  idsCount: `property_ids must contain at most ${MAX_PROPERTY_IDS} IDs`,
} as const;

function daySchema(field: string) {
  return z.string({ error: MESSAGES.day(field) }).refine(isCalendarDay, { error: MESSAGES.day(field) });
}

function propertyIdsFault(value: unknown): string | null {
  if (!Array.isArray(value) || value.length === 0) return MESSAGES.idsMissing;
  if (value.length > MAX_PROPERTY_IDS) return MESSAGES.idsCount;
  return value.every(isPropertyId) ? null : MESSAGES.idsForm;
}

function isPropertyId(value: unknown): boolean {
  return Number.isSafeInteger(value) && Number(value) > 0;
}

const MOST_OFFENDERS_NAMED = 20;
const SHOWN_CHARACTERS = 60;

/** Of a nested value only its kind, since it may be large. */
function shown(value: unknown): string {
  if (Array.isArray(value)) return 'an array';
  if (typeof value === 'object' && value !== null) return 'an object';
  const text = typeof value === 'string' ? JSON.stringify(value) : String(value);
  return text.length > SHOWN_CHARACTERS ? `${text.slice(0, SHOWN_CHARACTERS)}…` : text;
}

/** The contract's sentence for elements that are no ids, with the first of them and their places. */
export function namedOffenders(fault: string, body: unknown): string {
  if (fault !== MESSAGES.idsForm || typeof body !== 'object' || body === null) return fault;
  const ids: unknown = Reflect.get(body, 'property_ids');
  if (!Array.isArray(ids)) return fault;
  const named: string[] = [];
  let count = 0;
  for (const [index, id] of ids.entries()) {
    if (isPropertyId(id)) continue;
    count++;
    if (named.length < MOST_OFFENDERS_NAMED) named.push(`[${index}] ${shown(id)}`);
  }
  const more = count > named.length ? ` and ${count - named.length} more` : '';
  return `${fault}; ${count} ${count === 1 ? 'is' : 'are'} not, counted from 0: ${named.join(', ')}${more}`;
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
    property_ids: checkedList<number>(propertyIdsFault, {
      items: { type: 'integer' },
      description: 'Array of property IDs to include in the report.',
      example: [99001416, 99001470],
    }),
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

export const reportRequestSchema = z.object(requestFields(() => true));

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
    body,
    requestFields(acceptsCallback),
    (object) => new Map([...combinedFaults(object, columnNames), ...orderFaults(object)]),
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
    propertyIds: new Set(fields.property_ids),
    callbackUrl: fields.callback_url ?? null,
    warnings: ignoredFields(body, KNOWN_FIELDS),
  };
}
