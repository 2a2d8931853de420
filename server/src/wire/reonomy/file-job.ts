/** The batch job of the Reonomy contract: the form that makes one, its message, and a file job as one. */
import { z } from 'zod';
import { DETAIL_TYPES } from '../../core/details.ts';
import { ConveyanceError } from '../../core/errors.ts';
import { SHOWN_CHARACTERS } from '../../core/input/unknown-fields.ts';
import { FILE_JOB_KINDS, type FileJob, type FileJobKind, type FileJobPage, percentDone } from '../../core/job.ts';
import { KIB } from '../../core/size.ts';
import { searchConditions } from '../../reports/details/search-area.ts';
import { appliedRange, widenedRanges } from '../../reports/details/search-steps.ts';
import { EXAMPLE_JOB_ID, integer, text, WHOLE_NUMBER } from '../fields.ts';
import { boundingBoxFields, boundingBoxSchema } from './bounding-box.ts';
import { widenedFields, widenedSettingsSchema } from './search.ts';

const STATUSES = ['PENDING', 'STARTED', 'SUCCESS', 'FAILURE'] as const;
/** A customer’s search may name a million places; whoever polls it must not be told them each time. */
const MOST_ASKED_SHOWN = 8 * KIB;
const CANCELLED = 'The job was cancelled by the operator; submit it again';

/** The parts of the form, in any order and with or without a type of their own. */
export const fileJobFormSchema = z.object({
  job_type: z.enum(FILE_JOB_KINDS),
  file: text({ format: 'binary', description: 'The specification, or the CSV file.' }),
  metadata: text({ description: 'For `match`: a JSON object with `headers` and `mapping`.' }).optional(),
});

const askedSchema = z
  .object({
    detail_type: z.array(z.enum(DETAIL_TYPES)).optional(),
    updated: z.record(z.string(), z.string()).optional(),
    filters: z.object({ filter_pii: z.boolean() }).optional(),
    settings: z.record(z.string(), z.unknown()).optional(),
    bounding_box: boundingBoxSchema.optional(),
    explain: z.boolean().optional(),
  })
  .meta({
    description: `What was asked for, as another job would be, but for ids and file. In the answer for one job, unless it is longer than ${MOST_ASKED_SHOWN / KIB} KiB.`,
  });

export const fileJobSchema = z
  .object({
    id: text({ format: 'uuid', examples: [EXAMPLE_JOB_ID] }),
    job_type: z.enum(FILE_JOB_KINDS),
    status: z
      .enum(STATUSES)
      .nullable()
      .meta({ description: 'Null in the answer to the upload. `FAILURE` comes with a `message`.' }),
    created: text({ format: 'date-time' }),
    modified: text({ format: 'date-time' }),
    filename: text({ description: 'Of the uploaded file, as the client called it.' }).nullable(),
    group_path: text({ description: 'The account: 32 hexadecimal digits.' }),
    user: text({ format: 'uuid', description: 'The access key.' }),
    message: text({
      description: 'Why the job failed, where its files went, or what of the request changed nothing.',
    }).nullable(),
    progress: integer({
      description: 'Percent, once the job has started; 100 only when its files are sealed.',
    }).nullable(),
    metadata: z.object({
      headers: z.array(z.string()).meta({ description: 'The columns of the uploaded CSV file.' }),
      labels: z.array(z.string()),
      mapping: z.record(z.string(), z.union([z.string(), z.array(z.string())])).optional(),
      count: integer({ description: 'Ids or rows that came.' }).optional(),
      duplicate: integer({ description: 'Of these, repetitions.' }).optional(),
      unknown: integer({ description: 'Ids of no property that the account may see.' }).optional(),
      not_updated: integer({
        description: 'Properties left out since nothing that `updated` names changed.',
      }).optional(),
      error_decoding_lines: z
        .array(z.int())
        .meta({ description: 'Lines of the file that are not UTF-8; the first thousand.' })
        .optional(),
      ragged: integer({ description: 'Rows with more or fewer cells than the header.' }).optional(),
      widened_settings: widenedSettingsSchema.optional(),
      request: askedSchema.optional(),
    }),
    result_url: text({ description: 'The links of `result_urls`, joined by commas.' }).nullable(),
    result_urls: z
      .array(z.string())
      .meta({ description: 'One link for each file, valid for 10 minutes; fresh ones in every answer.' }),
  })
  .meta({ id: 'BatchDialectJob' });

type FileJobFields = z.infer<typeof fileJobSchema>;

export const fileJobListSchema = z.object({
  count: integer({ description: 'Jobs of this access key that are kept.' }),
  items: z.array(fileJobSchema),
});

const DEFAULT_LIMIT = 100;
const HIGHEST_LIMIT = 1000;

export const fileJobListQuerySchema = z.object({
  limit: integer({ minimum: 1, maximum: HIGHEST_LIMIT, default: DEFAULT_LIMIT }).optional(),
  offset: integer({ minimum: 0, default: 0, description: 'Jobs to pass over.' }).optional(),
});

function statusOf({ status, progress }: FileJob): (typeof STATUSES)[number] {
  if (status === 'succeeded') return 'SUCCESS';
  if (status !== 'submitted') return 'FAILURE';
  return progress.phase === 'queued' ? 'PENDING' : 'STARTED';
}

/** What a client that sends the same body with every page must be told. */
function remarkOn(job: FileJob): string | null {
  if (job.kind !== 'search' || job.spec.pageSize === undefined) return null;
  return 'limit is the size of a page of POST /v2/search/summaries; the file of a search job has all properties that were found';
}

function messageOf(job: FileJob, now: Date): string | null {
  const { status, failure, expiresAt, erasedAt, warnings } = job;
  // What became of a job because of a person who was erased is among its warnings, for which the contract has no field.
  if (status === 'cancelled') return warnings.at(-1) ?? CANCELLED;
  if (failure !== null) return failure.message;
  if (erasedAt !== undefined) return warnings.at(-1) ?? null;
  if (expiresAt === null || expiresAt > now) return remarkOn(job);
  return `The results were deleted on ${expiresAt.toISOString()}; submit the job again`;
}

/** Null for what is too long. */
function askedBy(job: FileJob): z.infer<typeof askedSchema> | null {
  const asked = askedFields(job);
  return JSON.stringify(asked).length > MOST_ASKED_SHOWN ? null : asked;
}

function askedFields(job: FileJob): z.infer<typeof askedSchema> {
  switch (job.kind) {
    case 'property-details': {
      const { detailTypes, updated, filterPii } = job.spec;
      return {
        detail_type: [...detailTypes],
        ...(updated !== null && { updated }),
        ...(filterPii && { filters: { filter_pii: true } }),
      };
    }
    case 'match':
      return job.spec.explain ? { explain: true } : {};
    case 'search': {
      const { settings, boundingBox } = job.spec;
      return { settings, ...(boundingBox !== undefined && { bounding_box: boundingBoxFields(boundingBox) }) };
    }
  }
}

/** `headers` and `labels` are in every answer of the contract; the counts are ours. */
function metadataOf(job: FileJob): FileJobFields['metadata'] {
  const common = { headers: [], labels: [] };
  switch (job.kind) {
    case 'property-details': {
      const { requested, duplicate, unknown, notUpdated } = job.spec.counts;
      return { ...common, count: requested, duplicate, unknown, not_updated: notUpdated };
    }
    case 'match': {
      const { headers, mapping, counts } = job.spec;
      return {
        ...common,
        headers: [...headers],
        mapping: Object.fromEntries(
          Object.entries(mapping).map(([name, columns]) => [
            name,
            typeof columns === 'string' ? columns : [...columns],
          ]),
        ),
        count: counts.rows,
        duplicate: counts.duplicate,
        error_decoding_lines: [...counts.errorDecodingLines],
        ragged: counts.ragged,
      };
    }
    case 'search': {
      const widened = job.spec.precision === 'steps' ? widenedRanges(searchConditions(job.spec)) : [];
      return { ...common, ...(widened.length > 0 && { widened_settings: widenedFields(widened.map(appliedRange)) }) };
    }
  }
}

/** ISO 8601 with microseconds and `+00:00`, like the contract's own answers. */
function instant(date: Date): string {
  return date.toISOString().replace('Z', '000+00:00');
}

function uuidOf(id: string): string {
  return id.replaceAll('-', '');
}

interface JobAnswer {
  readonly now: Date;
  /** Links to its files, handed out for this answer. */
  readonly links?: readonly string[] | undefined;
  /** "The `status` in the response from the initial POST request is always null." */
  readonly isNew?: boolean;
  /** The answer is of this job alone. */
  readonly isWhole?: boolean;
}

/** The state of the job. */
export function fileJobFields(
  job: FileJob,
  { now, links = [], isNew = false, isWhole = false }: JobAnswer,
): z.infer<typeof fileJobSchema> {
  const status = statusOf(job);
  const asked = isWhole ? askedBy(job) : null;
  return {
    created: instant(job.createdAt),
    filename: job.spec.filename ?? null,
    group_path: uuidOf(job.accountId),
    id: job.id,
    job_type: job.kind,
    message: messageOf(job, now),
    metadata: { ...metadataOf(job), ...(asked !== null && { request: asked }) },
    modified: instant(job.updatedAt),
    progress: isNew || status === 'PENDING' ? null : percentDone(job.progress),
    result_url: links.length === 0 ? null : links.join(','),
    result_urls: [...links],
    status: isNew ? null : status,
    user: job.credentialId,
  };
}

/** As the query string has them. */
export interface RawFileJobList {
  readonly limit?: string | undefined;
  readonly offset?: string | undefined;
}

/** Throws `invalid_parameter` with both faults. */
export function parseFileJobList({ limit = String(DEFAULT_LIMIT), offset = '0' }: RawFileJobList): FileJobPage {
  const errors: string[] = [];
  if (!WHOLE_NUMBER.test(limit) || Number(limit) < 1 || Number(limit) > HIGHEST_LIMIT) {
    errors.push(`limit must be an integer between 1 and ${HIGHEST_LIMIT}`);
  }
  if (!WHOLE_NUMBER.test(offset)) errors.push('offset must be an integer of at least 0');
  if (errors.length > 0) throw new ConveyanceError('invalid_parameter', errors[0] ?? '', { errors });
  return { limit: Number(limit), offset: Number(offset) };
}

function got(jobType: string | null): string {
  if (jobType === null) return 'the form has none';
  const start = jobType.slice(0, SHOWN_CHARACTERS);
  return `got ${JSON.stringify(start === jobType ? start : `${start}…`)}`;
}

/** Throws `invalid_parameter`, with the start of what came. */
export function parseJobType(jobType: string | null): FileJobKind {
  const kind = FILE_JOB_KINDS.find((each) => each === jobType);
  if (kind !== undefined) return kind;
  throw new ConveyanceError(
    'invalid_parameter',
    `job_type must be one of: ${FILE_JOB_KINDS.join(', ')}; ${got(jobType)}`,
  );
}
