/** The processes that share the database. */
import type { Node, NodeSight } from '../../node.ts';

export interface NodeStore {
  /** A sign of life, of a new node or one that is known. Resolves with whether it is to take no more work. */
  report(node: Node): Promise<{ readonly draining: boolean }>;
  /** The node stops as it should and is forgotten. */
  leave(id: string): Promise<void>;
  /** All that are known, the oldest first, with the runs that their slots hold. */
  list(): Promise<readonly NodeSight[]>;
  /** Lets the node take no more work, or take it again. False if there is no such node. */
  drain(id: string, draining: boolean): Promise<boolean>;
  /** Of nodes that were last heard before the instant and did not leave. At most `limit`; returns how many. */
  forget(heardBefore: Date, limit: number): Promise<number>;
}
