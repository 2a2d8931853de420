/** The body of a bulk export request: what it must look like, and which sentence each fault is answered with. */
import { z } from 'zod';
import { parseCallbackUrl } from './callback-url.ts';
import { isCalendarDay } from './dates.ts';
import { ConveyanceError } from './errors.ts';
import { type ColumnNames, combinedFaults, fileOptionFields, toFileOptions } from './file-options.ts';
import { OUTPUT_FORMATS, REPORT_TYPES, type ReportSpec } from './job.ts';
import { encodePropertyIds } from './property-ids.ts';

export const MAX_PROPERTY_IDS = 1_000_000;

const MESSAGES = {
  body: 'request body must be a JSON object',
  reportType: `report_type must be one of: ${REPORT_TYPES.join(', ')}`,
  outputFormat: `output_format must be one of: ${OUTPUT_FORMATS.join(', ')}`,
  day: (field: string) => `${field} must be in YYYY-MM-DD format`,
  order: 'end_date must be on or after start_date',
  idsMissing: 'property_ids is required and must be a non-empty array',
  idsForm: 'property_ids must contain only positive integers',
  idsCount: `property_ids must contain at most ${MAX_PROPERTY_IDS} IDs`,
  callbackUrl: 'callback_url must be a public http or https URL',
} as const;

function daySchema(field: string) {
  return z.string({ error: MESSAGES.day(field) }).refine(isCalendarDay, { error: MESSAGES.day(field) });
}

/** Every id is looked at by a plain loop: a schema for each of a million elements costs seconds and an issue object per fault. */
const propertyIdsSchema = z.custom<readonly number[]>().superRefine((value, context) => {
  if (!Array.isArray(value) || value.length === 0) context.addIssue(MESSAGES.idsMissing);
  else if (value.length > MAX_PROPERTY_IDS) context.addIssue(MESSAGES.idsCount);
  else if (!value.every((id) => Number.isSafeInteger(id) && id > 0)) context.addIssue(MESSAGES.idsForm);
});

/** Judges a callback URL's literal address: what may be called is a rule of the webhook sender. */
export type AcceptsCallback = (url: string) => boolean;

function requestSchema(acceptsCallback: AcceptsCallback) {
  return z.object(
    {
      report_type: z.enum(REPORT_TYPES, { error: MESSAGES.reportType }),
      output_format: z.enum(OUTPUT_FORMATS, { error: MESSAGES.outputFormat }),
      start_date: daySchema('start_date'),
      end_date: daySchema('end_date'),
      property_ids: propertyIdsSchema,
      callback_url: z
        .string({ error: MESSAGES.callbackUrl })
        .refine((text) => parseCallbackUrl(text) !== null && acceptsCallback(text), { error: MESSAGES.callbackUrl })
        .nullish(),
      ...fileOptionFields,
    },
    { error: MESSAGES.body },
  );
}

export interface ReportRequest {
  readonly spec: ReportSpec;
  /** Distinct, in the order of the request. */
  readonly propertyIds: ReadonlySet<number>;
  readonly callbackUrl: string | null;
}

function refuse(errors: readonly string[]): never {
  throw new ConveyanceError('invalid_parameter', errors[0] ?? MESSAGES.body, { errors });
}

/** Dates that are each well-formed can still be in the wrong order; told together with the faults of other fields. */
function orderFault(body: unknown): string | null {
  const dates = z.object({ start_date: daySchema(''), end_date: daySchema('') }).safeParse(body);
  return dates.success && dates.data.end_date < dates.data.start_date ? MESSAGES.order : null;
}

/** Reads a request body, unknown fields ignored. Throws `invalid_parameter` with every fault, in the order of the fields. */
export function parseReportRequest(
  body: unknown,
  acceptsCallback: AcceptsCallback,
  columnNames: ColumnNames,
): ReportRequest {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) refuse([MESSAGES.body]);
  const schema = requestSchema(acceptsCallback);
  const parsed = schema.safeParse(body);
  const order = orderFault(body);
  const combined = combinedFaults(body, columnNames);
  if (!parsed.success || order !== null || combined.size > 0) {
    const byField = new Map<PropertyKey, string>(combined);
    if (order !== null) byField.set('end_date', order);
    for (const { path, message } of parsed.error?.issues ?? []) byField.set(path[0] ?? '', message);
    const fields = [...Object.keys(schema.shape), ''];
    refuse(fields.flatMap((field) => byField.get(field) ?? []));
  }
  const { report_type, output_format, start_date, end_date, property_ids, callback_url } = parsed.data;
  return {
    spec: {
      reportType: report_type,
      outputFormat: output_format,
      startDate: start_date,
      endDate: end_date,
      ...toFileOptions(parsed.data),
    },
    propertyIds: new Set(property_ids),
    callbackUrl: callback_url ?? null,
  };
}

export function encodeRequestedIds({ propertyIds }: Pick<ReportRequest, 'propertyIds'>): Uint8Array {
  return encodePropertyIds(propertyIds, propertyIds.size);
}
