/** Loads of uploads: asked for over HTTP, made by a worker. */

export const REMOTE_LOAD_STATES = ['waiting', 'running', 'succeeded', 'failed'] as const;
export type RemoteLoadState = (typeof REMOTE_LOAD_STATES)[number];

export interface RemoteLoad {
  readonly id: string;
  readonly credentialId: string;
  readonly uploadIds: readonly string[];
  /** What is fetched besides, as people may read it. */
  readonly addresses: readonly string[];
  /** What was asked for: plain data, which only the rule of loads reads. */
  readonly request: unknown;
  readonly state: RemoteLoadState;
  readonly attempt: number;
  /** Of one that runs: what is being done. */
  readonly stage: string | null;
  readonly createdAt: Date;
  readonly startedAt: Date | null;
  readonly finishedAt: Date | null;
  /** Plain data; null until it has ended, and for one that could not begin. */
  readonly report: unknown;
  /** Why it failed. */
  readonly failure: string | null;
  /** The object with all rejected rows; null if there are none. */
  readonly rejectsKey: string | null;
}

export interface RemoteLoadEnd {
  readonly state: 'succeeded' | 'failed';
  readonly report: unknown;
  readonly failure: string | null;
  readonly rejectsKey: string | null;
}

/** Fences every write of a run: another process may have taken the load over. */
export interface RemoteLoadClaim {
  readonly id: string;
  readonly attempt: number;
}

export interface RemoteLoadStore {
  /** @param sealed what its addresses are fetched with; null without any. It goes with the end of the load. */
  insert(
    load: Pick<RemoteLoad, 'id' | 'credentialId' | 'uploadIds' | 'addresses' | 'request'>,
    sealed: Uint8Array | null,
  ): Promise<RemoteLoad>;
  /** Null if nothing is kept. */
  sealed(id: string): Promise<Uint8Array | null>;
  get(id: string): Promise<RemoteLoad | null>;
  /** Takes the oldest that waits, or whose lease has ended, and counts the attempt. Null if there is none, or another one runs anywhere. */
  claim(leaseSeconds: number): Promise<RemoteLoad | null>;
  /** Extends the lease and tells the stage. False if the claim is no longer ours. */
  renew(claim: RemoteLoadClaim, leaseSeconds: number, stage: string | null): Promise<boolean>;
  /** False if the claim is no longer ours. */
  settle(claim: RemoteLoadClaim, end: RemoteLoadEnd): Promise<boolean>;
  /** Lets it wait again. The attempt stays counted unless the worker is to blame, because it stops. */
  giveBack(claim: RemoteLoadClaim, counted: boolean): Promise<boolean>;
  /** Forgets those that ended so long ago, `limit` at most. Resolves with the keys of their rejects. */
  forget(endedSecondsAgo: number, limit: number): Promise<readonly string[]>;
}
