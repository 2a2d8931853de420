/** Jobs of all accounts, and their webhooks that came to nothing. */
import { z } from 'zod';
import { JOB_KINDS, type Job, percentDone } from '../../core/job.ts';
import {
  DELIVERY_TROUBLES,
  type FailedDeliveriesRequest,
  JOB_STATES,
  type JobState,
  type OperatedDelivery,
  type OperatedJob,
  type OperatedJobsRequest,
} from '../../core/ports/database/operator-jobs.ts';
import { deliveryFields, deliverySchema } from '../apartmentiq/webhook-delivery.ts';
import { integer, text } from '../fields.ts';
import { nextCursor, pageQuery, type Query, QueryReader, readPlace } from './requests.ts';

export const operatedJobSchema = z
  .object({
    job_id: text({ format: 'uuid' }),
    account_id: text({ format: 'uuid' }),
    account_name: text(),
    credential_id: text({ format: 'uuid' }),
    kind: z.enum(JOB_KINDS),
    state: z.enum(JOB_STATES).meta({ id: 'JobState', description: '`waiting` and `running` have not ended.' }),
    summary: text({ description: 'What was asked for, in a few words.' }),
    property_count: integer(),
    data_version: integer(),
    created_at: text({ format: 'date-time' }),
    due_at: text({ format: 'date-time', description: 'When its run may begin.' }).nullable(),
    started_at: text({ format: 'date-time', description: 'Its latest attempt.' }).nullable(),
    updated_at: text({ format: 'date-time', description: 'The last that was heard of it.' }),
    finished_at: text({ format: 'date-time' }).nullable(),
    expires_at: text({ format: 'date-time' }).nullable(),
    attempt: integer({ description: '0 before the first.' }),
    node_id: text({ description: 'The node that runs it.' }).nullable(),
    progress: z.object({
      phase: text(),
      percent: integer(),
      rows_written: integer(),
      rows_total: integer().nullable(),
    }),
    error_code: text().nullable(),
    error_message: text().nullable(),
    result: z.object({ files: integer(), rows: integer(), bytes: integer() }).nullable(),
  })
  .meta({ id: 'OperatedJob' });

export const operatedJobListSchema = z
  .object({ jobs: z.array(operatedJobSchema), next_cursor: nextCursor })
  .meta({ id: 'OperatedJobList' });

export const jobListQuery = pageQuery().extend({
  account_id: text({ format: 'uuid', description: 'Of this account alone.' }).optional(),
  state: text({ description: `In one of these states, separated by commas: ${JOB_STATES.join(', ')}.` }).optional(),
  kind: text({ description: `Of one of these kinds, separated by commas: ${JOB_KINDS.join(', ')}.` }).optional(),
});

export function readJobList(query: Query): OperatedJobsRequest {
  const reader = new QueryReader(query);
  return reader.done({
    accountId: reader.uuid('account_id'),
    states: reader.words('state', JOB_STATES),
    kinds: reader.words('kind', JOB_KINDS),
    after: readPlace(reader),
    limit: reader.limit(),
  });
}

export const operatedDeliverySchema = deliverySchema
  .extend({ account_id: text({ format: 'uuid' }), account_name: text() })
  .meta({ id: 'OperatedDelivery' });

export const operatedDeliveryListSchema = z
  .object({ deliveries: z.array(operatedDeliverySchema), next_cursor: nextCursor })
  .meta({ id: 'OperatedDeliveryList' });

export const failedDeliveryQuery = pageQuery().extend({
  account_id: text({ format: 'uuid', description: 'Of this account alone.' }).optional(),
  state: text({
    description:
      '`failed`, the default: they are not tried again. `retrying`: a try has failed, and another will be made. Both, separated by a comma.',
  }).optional(),
});

export function readFailedDeliveryList(query: Query): FailedDeliveriesRequest {
  const reader = new QueryReader(query);
  const states = reader.words('state', DELIVERY_TROUBLES);
  return reader.done({
    accountId: reader.uuid('account_id'),
    states: states.length === 0 ? ['failed'] : states,
    after: readPlace(reader),
    limit: reader.limit(),
  });
}

const COUNT = new Intl.NumberFormat('en');

function counted(count: number, one: string): string {
  return `${COUNT.format(count)} ${count === 1 ? one : `${one}s`}`;
}

/** What was asked for, in a few words. Of ids, which may be a million, only how many. */
export function jobSummary(job: Job): string {
  switch (job.kind) {
    case 'report': {
      const { reportType, outputFormat, startDate, endDate } = job.spec;
      return `${reportType}, ${outputFormat}, ${startDate} to ${endDate}`;
    }
    case 'property-details':
      return `${job.spec.detailTypes.join(', ')} of ${counted(job.spec.counts.requested, 'id')}`;
    case 'search':
      return Object.keys(job.spec.settings).join(', ') || 'every property';
    case 'match':
      return `${counted(job.spec.counts.rows, 'row')} by ${job.spec.mode}`;
  }
}

const iso = (date: Date | null) => date?.toISOString() ?? null;

function resultFields({ results }: Job): z.infer<typeof operatedJobSchema>['result'] {
  if (results.length === 0) return null;
  const sum = (of: 'rows' | 'bytes') => results.reduce((total, file) => total + file[of], 0);
  return { files: results.length, rows: sum('rows'), bytes: sum('bytes') };
}

export function operatedJobFields(operated: OperatedJob): z.infer<typeof operatedJobSchema> {
  const { job, accountName, state, attempt, nodeId, dueAt } = operated;
  const { progress, failure } = job;
  return {
    job_id: job.id,
    account_id: job.accountId,
    account_name: accountName,
    credential_id: job.credentialId,
    kind: job.kind,
    state: state satisfies JobState,
    summary: jobSummary(job),
    property_count: job.propertyCount,
    data_version: job.dataVersion,
    created_at: job.createdAt.toISOString(),
    due_at: iso(dueAt),
    started_at: iso(job.startedAt),
    updated_at: job.updatedAt.toISOString(),
    finished_at: iso(job.finishedAt),
    expires_at: iso(job.expiresAt),
    attempt,
    node_id: nodeId,
    progress: {
      phase: progress.phase,
      percent: percentDone(progress),
      rows_written: progress.rowsWritten,
      rows_total: progress.rowsTotal,
    },
    error_code: failure?.code ?? null,
    error_message: failure?.message ?? null,
    result: resultFields(job),
  };
}

export function operatedDeliveryFields({
  delivery,
  accountName,
}: OperatedDelivery): z.infer<typeof operatedDeliverySchema> {
  return { ...deliveryFields(delivery), account_id: delivery.accountId, account_name: accountName };
}
