import type { Asked, FileJobKind } from '../../core/job.ts';
import type { DataVersion } from '../../core/ports/database/warehouse.ts';

/** What a kind of file job makes of an upload: judged, with nothing left to find out but what the run finds. */
export interface Prepared {
  readonly asked: Extract<Asked, { kind: FileJobKind }>;
  readonly version: DataVersion;
  /** Each once, in the order of the request: what the job is metered by. Empty where it costs nothing. */
  readonly propertyIds: Float64Array;
}

/** What looks at the data, once the upload itself was judged: done again when the data was replaced before the job held it. */
export type Prepare = () => Promise<Prepared>;
