/** A report job from a request: checked, then accepted. */
import { type Caller, requirePermission } from '../../core/access.ts';
import { encodePropertyIdSet } from '../../core/ids/property-ids.ts';
import type { ReportJob, ReportRequest } from '../../core/job.ts';
import type { DataVersion } from '../../core/ports/database/warehouse.ts';
import type { Deps } from '../../core/ports/deps.ts';
import { missingData } from '../missing-data.ts';
import { acceptJob, type JudgedRequest, meterProperties, requireRoom } from './accept.ts';
import { readInTurn, requireProperties } from './check-request.ts';
import { keyRequest } from './idempotency.ts';

type Creating = Pick<Deps, 'db' | 'engine' | 'store' | 'clock' | 'ids' | 'meter' | 'tracer' | 'policy'>;

/** A request with its ids as they are stored. */
export interface EncodedReportRequest extends ReportRequest {
  readonly encodedIds: Uint8Array;
}

export interface JudgedReport {
  readonly request: JudgedRequest<'report'>;
  /** The warehouse's current version, which becomes the job's. */
  readonly version: DataVersion;
}

/** Checks that the caller may see the request's properties, and that the server takes work, when it is the account’s turn. Throws what does not allow it. */
export async function judgeReport(
  deps: Pick<Deps, 'db' | 'engine' | 'store' | 'ids' | 'policy'>,
  caller: Caller,
  { spec, propertyIds, encodedIds, callbackUrl, warnings = [] }: EncodedReportRequest,
): Promise<JudgedReport> {
  const read = readInTurn(deps, caller);
  const version = await deps.db.inTurn(caller.accountId, () => requireProperties(deps, caller, { propertyIds }, read));
  await requireRoom(deps);
  const request: JudgedRequest<'report'> = {
    id: deps.ids(),
    caller,
    asked: { kind: 'report', spec },
    properties: await meterProperties(encodedIds, propertyIds.size),
    dataVersion: version.version,
    callbackUrl,
    warnings: [...warnings, ...missingData(spec, version, encodedIds)],
  };
  return { request, version };
}

/**
 * Checks the request, reserves its quota and makes the job and its run: all or nothing. The warehouse's current version becomes the
 * job's. With an idempotency key, the same request under the same key answers with the job that the first one made, whatever has changed since.
 */
export async function createReportJob(
  deps: Creating,
  caller: Caller,
  request: ReportRequest,
  idempotencyKey: string | null = null,
): Promise<ReportJob> {
  requirePermission(caller, 'create jobs');
  const key = idempotencyKey === null ? null : await keyRequest(caller.accountId, idempotencyKey, request);
  const encodedIds = encodePropertyIdSet(request.propertyIds);
  const judge = async () => (await judgeReport(deps, caller, { ...request, encodedIds })).request;
  return acceptJob(deps, judge, key);
}
