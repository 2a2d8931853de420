/** Nodes that lack a guard: the built program with another text in the place of one of its own. */
import { join } from 'node:path';
import type { Settings } from './node-process.ts';

/** A text of one built file, and what stands there instead. */
export interface Change {
  readonly file: string;
  readonly from: string;
  readonly to: string;
}

/** What a node is run by that can be started without a guard. */
export const BY_CHANGEABLE: readonly string[] = [
  process.execPath,
  '--import',
  join(import.meta.dirname, '../without.mjs'),
];

/** For the start of such a node. */
export function without(changes: readonly Change[]): Settings {
  return { TEST_WITHOUT: JSON.stringify(changes) };
}
