/** What the engine's child process does for matching. */
import type { Procedures } from '../../core/ports/procedure.ts';
import { buildMatchIndex } from '../index/build-index.ts';
import { matchAddressTable, matchPointTable } from './match-tables.ts';

export const MATCH_PROCEDURES: Procedures = {
  'match-index': buildMatchIndex,
  'match-addresses': matchAddressTable,
  'match-points': matchPointTable,
};
