/** Which jobs a list has: a page, and what they are filtered by. */
import type { z } from 'zod';
import { addDays, isCalendarDay, startOfDay } from '../../core/dates.ts';
import { ConveyanceError, isConveyanceError } from '../../core/errors.ts';
import { isStorable } from '../../core/input/storable-text.ts';
import { JOB_STATUSES, type JobStatus, REPORT_TYPES, type ReportType } from '../../core/job.ts';
import type { PageRequest } from '../../core/pages.ts';
import type { JobFilter } from '../../core/ports/database/jobs.ts';
import { text } from '../fields.ts';
import { pageQuerySchema, parsePageRequest } from './pages.ts';

const LONGEST_SEARCH = 255;
/** Nobody remembers more of a name. */
const MOST_WORDS = 10;

export const jobListQuerySchema = pageQuerySchema.extend({
  status: text({ description: `Any of these, with commas between: ${JOB_STATUSES.join(', ')}.` }).optional(),
  report_type: text({ description: `One of: ${REPORT_TYPES.join(', ')}.` }).optional(),
  created_from: text({ format: 'date', description: 'Made on this day (UTC) or later.' }).optional(),
  created_to: text({ format: 'date', description: 'Made on this day (UTC) or earlier.' }).optional(),
  search: text({
    description: 'Words, each of which is somewhere in the job’s id, name, report, format or days, in any case.',
    maxLength: LONGEST_SEARCH,
  }).optional(),
});

/** As the query string has it. */
export type RawJobList = Readonly<Partial<Record<keyof z.infer<typeof jobListQuerySchema>, string>>>;

export interface JobListRequest {
  readonly page: PageRequest;
  readonly filter: JobFilter;
}

function statusesIn(given: string, faults: string[]): readonly JobStatus[] {
  const words = given.split(',').map((word) => word.trim());
  const known = words.flatMap((word) => JOB_STATUSES.find((status) => status === word) ?? []);
  if (known.length < words.length)
    faults.push(`status must be one of: ${JOB_STATUSES.join(', ')}, or several with commas between`);
  return known;
}

function reportTypeIn(given: string, faults: string[]): ReportType | undefined {
  const known = REPORT_TYPES.find((type) => type === given);
  if (known === undefined) faults.push(`report_type must be one of: ${REPORT_TYPES.join(', ')}`);
  return known;
}

function dayIn(name: 'created_from' | 'created_to', given: string, faults: string[]): string | undefined {
  if (isCalendarDay(given)) return given;
  faults.push(`${name} must be a day in the form YYYY-MM-DD`);
  return undefined;
}

function wordsIn(given: string, faults: string[]): readonly string[] {
  const words = given.split(/\s+/).filter((word) => word !== '');
  if (given.length > LONGEST_SEARCH || words.length > MOST_WORDS || !isStorable(given)) {
    faults.push(`search must be a text of at most ${LONGEST_SEARCH} characters in at most ${MOST_WORDS} words`);
  }
  return words;
}

function filterIn(raw: RawJobList, faults: string[]): JobFilter {
  const { status, report_type: type, created_from: first, created_to: last, search } = raw;
  const reportType = type === undefined ? undefined : reportTypeIn(type, faults);
  const from = first === undefined ? undefined : dayIn('created_from', first, faults);
  const to = last === undefined ? undefined : dayIn('created_to', last, faults);
  return {
    ...(status !== undefined && { statuses: statusesIn(status, faults) }),
    ...(reportType !== undefined && { reportType }),
    ...(from !== undefined && { from: startOfDay(from) }),
    ...(to !== undefined && { until: startOfDay(addDays(to, 1)) }),
    ...(search !== undefined && { words: wordsIn(search, faults) }),
  };
}

function pageIn(raw: RawJobList, faults: string[]): PageRequest | null {
  try {
    return parsePageRequest(raw);
  } catch (error) {
    if (!isConveyanceError(error, 'invalid_parameter')) throw error;
    faults.push(...(error.errors ?? [error.message]));
    return null;
  }
}

/** Throws `invalid_parameter` with every fault. */
export function parseJobListRequest(raw: RawJobList): JobListRequest {
  const faults: string[] = [];
  const page = pageIn(raw, faults);
  const filter = filterIn(raw, faults);
  const [first] = faults;
  if (first !== undefined || page === null) {
    throw new ConveyanceError('invalid_parameter', first ?? 'the query is not valid', { errors: faults });
  }
  return { page, filter };
}
