/** What a later release must make of a release's data. Written beside the dump, read by the test. */

export type Credential =
  | { readonly kind: 'token'; readonly token: string }
  | { readonly kind: 'key'; readonly accessKey: string; readonly secret: string };

/** Who asks, by the name of a credential, and for which path. */
interface Question {
  readonly as: string;
  readonly path: string;
}

/** What the release itself answered to a GET. Its origin is written as `ORIGIN`. */
export interface Answer extends Question {
  readonly status: number;
  readonly body: unknown;
}

export interface DownloadedFile {
  readonly bytes: number;
  readonly sha256: string;
}

/** The result files of a job, `path` being the job's. */
export interface Downloads extends Question {
  readonly files: readonly DownloadedFile[];
}

/** A request that made a job; under the same Idempotency-Key it must find it again. */
export interface Repeat extends Question {
  readonly key: string;
  readonly body: object;
  readonly jobId: string;
}

export interface Expected {
  readonly version: string;
  /** By the database's clock. Time goes on for a stored directory: its reader has to shift it to its own present. */
  readonly madeAt: string;
  readonly masterKey: string;
  readonly credentials: Readonly<Record<string, Credential>>;
  readonly answers: readonly Answer[];
  readonly downloads: readonly Downloads[];
  readonly repeats: readonly Repeat[];
  /** Jobs that wait for a worker, with the files that they end with. */
  readonly queued: readonly Downloads[];
}
