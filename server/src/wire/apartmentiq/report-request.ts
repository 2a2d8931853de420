/** The body of a report request: its form, and the sentence for each fault. */
import { z } from 'zod';
import { isCalendarDay } from '../../core/dates.ts';
import { MAX_PROPERTY_IDS, PropertyIdListing } from '../../core/ids/property-id-listing.ts';
import type { ReportRequest } from '../../core/job.ts';
import { MAX_CALLBACK_URL_CHARACTERS } from '../../core/webhooks/callback-url.ts';
import { checkedList } from '../fields.ts';
import { type AcceptsCallback, callbackUrlFault } from './callback-url.ts';
import { type ColumnNames, columnNamesOf, combinedFaults, fileOptionFields, toFileOptions } from './file-options.ts';
import { ignoredFields, parseFields } from './request-body.ts';
import { fileTypeSchema, reportTypeSchema } from './words.ts';

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

/** A list as a value, or as it was read while it arrived; null for anything else. */
function listingOf(value: unknown): PropertyIdListing | null {
  if (value instanceof PropertyIdListing) return value;
  return Array.isArray(value) ? PropertyIdListing.of(value) : null;
}

function propertyIdsFault(value: unknown): string | null {
  const listing = listingOf(value);
  if (listing === null || listing.count === 0) return MESSAGES.idsMissing;
  if (listing.count > MAX_PROPERTY_IDS) return MESSAGES.idsCount;
  return listing.offenders === 0 ? null : MESSAGES.idsForm;
}

/** The contract's sentence for elements that are no ids, with the first of them and their places. */
export function namedOffenders(fault: string, body: unknown): string {
  if (fault !== MESSAGES.idsForm || typeof body !== 'object' || body === null) return fault;
  const listing = listingOf(Reflect.get(body, 'property_ids'));
  return listing === null ? fault : `${fault}; ${listing.describeOffenders()}`;
}

/** The distinct ids of a list without a fault, in its order. */
export function distinctIds(list: PropertyIdListing | readonly number[]): ReadonlySet<number> {
  return list instanceof PropertyIdListing ? list.distinct() : new Set(list);
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
    property_ids: checkedList<PropertyIdListing | readonly number[]>(propertyIdsFault, {
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
    propertyIds: distinctIds(fields.property_ids),
    callbackUrl: fields.callback_url ?? null,
    warnings: ignoredFields(body, KNOWN_FIELDS),
  };
}
