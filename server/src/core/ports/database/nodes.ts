/** The nodes: processes of `serve` that share the database, as the others and the operator know them. */

export const NODE_ROLES = ['all', 'api', 'worker'] as const;
export type NodeRole = (typeof NODE_ROLES)[number];

/** How often a node says that it is there, and asks whether it is to be drained. */
export const NODE_REPORT_SECONDS = 5;
/** Three reports that did not come: the process has died, is stopped, or does not reach the database. */
export const NODE_SILENT_SECONDS = 3 * NODE_REPORT_SECONDS + 1;
/** A node that stopped as it should takes its row with it; of one that died the operator can read for so long when it was last heard. */
export const NODE_KEPT_DAYS = 7;
/** Bounds what a machine's name may take in the table. */
export const MAX_HOST_LENGTH = 255;

export interface Node {
  /** New at every start. */
  readonly id: string;
  readonly role: NodeRole;
  /** The machine's name for itself. */
  readonly host: string;
  readonly pid: number;
  /** Of the program that it runs. */
  readonly release: string;
  /** Jobs that it runs at a time; 0 if it only answers. */
  readonly slots: number;
  /** Of the master keys that it has, so that none is left behind when the keyring gets another one. None of an earlier release. */
  readonly masterKeyIds?: readonly string[];
}

/** A job's run that a node holds. */
export interface NodeRun {
  readonly accountId: string;
  readonly jobId: string;
  readonly attempt: number;
  readonly startedAt: Date | null;
}

/** What the database knows of a node. Ages are by the database's clock: the clocks of nodes may differ. */
export interface NodeSight extends Node {
  readonly startedAt: Date;
  readonly heardAt: Date;
  readonly silentSeconds: number;
  readonly drainingSince: Date | null;
  /** The latest erasure of which it has let go of its copies. */
  readonly erasure: number;
  readonly runs: readonly NodeRun[];
}

/** `drained`: it has nothing more to do and can be stopped · `silent`: it has not been heard for `NODE_SILENT_SECONDS`. */
export type NodeState = 'serving' | 'draining' | 'drained' | 'silent';

export function nodeState({ silentSeconds, drainingSince, heardAt, runs }: NodeSight): NodeState {
  if (silentSeconds > NODE_SILENT_SECONDS) return 'silent';
  if (drainingSince === null) return 'serving';
  // Until its next report it does not know that it is drained, and may begin something.
  return runs.length > 0 || heardAt <= drainingSince ? 'draining' : 'drained';
}

/** Of one slot of a worker, as a claim names it. */
export function slotHolder(nodeId: string, slot: number): string {
  return `${nodeId}/${slot}`;
}

export interface NodeStore {
  /**
   * A sign of life, of a new node or one that is known, and the latest erasure of which it has let go of its copies. Resolves with whether
   * it is to take no more work, and the latest erasure that there is.
   */
  report(node: Node, erasure?: number): Promise<{ readonly draining: boolean; readonly erasure: number }>;
  /** The node stops as it should and is forgotten. */
  leave(id: string): Promise<void>;
  /** All that are known, the oldest first, with the runs that their slots hold. */
  list(): Promise<readonly NodeSight[]>;
  /** Lets the node take no more work, or take it again. False if there is no such node. */
  drain(id: string, draining: boolean): Promise<boolean>;
  /** Of nodes that were last heard before the instant and did not leave. At most `limit`; returns how many. */
  forget(heardBefore: Date, limit: number): Promise<number>;
}
