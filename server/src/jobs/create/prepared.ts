/** A file job on its way from the upload to what is accepted. */
import type { DetailsSpec } from '../../core/details.ts';
import type { MatchRequest, SearchSpec } from '../../core/file-job-spec.ts';
import type { UuidList } from '../../core/ids/uuid-list.ts';
import type { Asked, FileJobKind } from '../../core/job.ts';
import type { DataVersion } from '../../core/ports/database/warehouse.ts';
import type { SourceRows, Upload } from '../../core/ports/intake.ts';

export interface DetailsRequest {
  readonly kind: 'property-details';
  /** Repetitions kept, in the order of the request. */
  readonly propertyIds: UuidList;
  readonly details: DetailsSpec;
}

export interface SearchJobRequest {
  readonly kind: 'search';
  readonly search: SearchSpec;
}

export interface MatchJobRequest {
  readonly kind: 'match';
  readonly match: MatchRequest;
  /** Behind the header, not read yet. */
  readonly rows: SourceRows;
  readonly file: Pick<Upload['file'], 'path'>;
}

/** A file job as it is asked for: the upload in the inside's values. */
export type FileJobRequest = DetailsRequest | SearchJobRequest | MatchJobRequest;

/** What a kind of file job makes of an upload: checked, with nothing left to find out except by the run. */
export interface Prepared {
  readonly asked: Extract<Asked, { kind: FileJobKind }>;
  readonly version: DataVersion;
  /** Each once, in the order of the request: what the job is metered by. Empty if it costs nothing. */
  readonly propertyIds: Float64Array;
}

/** The part that reads the data, after the upload itself was checked: repeated if the data was replaced before the job held it. */
export type Prepare = () => Promise<Prepared>;
