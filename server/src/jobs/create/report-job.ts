/** A report job from a request: checked, then accepted. */
import { type Caller, requirePermission } from '../../core/access.ts';
import { encodePropertyIdSet } from '../../core/ids/property-ids.ts';
import type { ReportJob, ReportRequest } from '../../core/job.ts';
import type { DataVersion } from '../../core/ports/database/warehouse.ts';
import type { Deps } from '../../core/ports/deps.ts';
import { missingData } from '../missing-data.ts';
import { acceptJob, type JudgedRequest, meterProperties, requireRoom } from './accept.ts';
import { keyRequest } from './idempotency.ts';
import { selectProperties } from './select-properties.ts';

type Creating = Pick<Deps, 'db' | 'engine' | 'store' | 'clock' | 'ids' | 'meter' | 'tracer' | 'policy'>;

export interface JudgedReport {
  readonly request: JudgedRequest<'report'>;
  /** The warehouse's current version, which becomes the job's. */
  readonly version: DataVersion;
}

/** Checks that the caller may see the request's properties, and that the server takes work, when it is the account’s turn. Throws what does not allow it. */
export async function judgeReport(
  deps: Pick<Deps, 'db' | 'engine' | 'store' | 'ids' | 'policy'>,
  caller: Caller,
  { spec, callbackUrl, warnings = [], ...named }: ReportRequest,
): Promise<JudgedReport> {
  const { version, propertyIds, warnings: ofList } = await selectProperties(deps, caller, named);
  await requireRoom(deps);
  const encodedIds = encodePropertyIdSet(propertyIds);
  const request: JudgedRequest<'report'> = {
    id: deps.ids(),
    caller,
    asked: { kind: 'report', spec },
    properties: await meterProperties(encodedIds, propertyIds.size),
    dataVersion: version.version,
    callbackUrl,
    warnings: [...warnings, ...ofList, ...missingData(spec, version, encodedIds)],
  };
  return { request, version };
}

/**
 * Checks the request, reserves its quota and makes the job and its run: all or nothing. The warehouse's current version becomes the
 * job's, and so do the properties that a list has in it. With an idempotency key, the same request under the same key answers with the job
 * that the first one made, whatever has changed since.
 */
export async function createReportJob(
  deps: Creating,
  caller: Caller,
  request: ReportRequest,
  idempotencyKey: string | null = null,
): Promise<ReportJob> {
  requirePermission(caller, 'create jobs');
  const key = idempotencyKey === null ? null : await keyRequest(caller.accountId, idempotencyKey, request);
  const judge = async () => (await judgeReport(deps, caller, request)).request;
  return acceptJob(deps, judge, key);
}
