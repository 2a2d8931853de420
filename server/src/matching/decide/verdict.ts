/** The answer for one row. */
import type { MatchStatus, MissReason } from '../../core/file-job-spec.ts';
import type { MatchCode } from '../codes.ts';

export interface MatchCandidate {
  readonly propertyId: number;
  readonly cost: number;
}

export interface Verdict {
  readonly status: MatchStatus;
  /** The reason of a MISS, else null. */
  readonly reason: MissReason | null;
  /** The property of an OK or PARTIAL, else null. */
  readonly propertyId: number | null;
  /** How often a verdict with this evidence is right, 0 to 1; of a point how near it is: see `decidePoint`. */
  readonly confidence: number;
  /** What differs between the row and the matched address; empty for an exact match. */
  readonly codes: readonly MatchCode[];
  /** The address that matched in the index's spelling, or null. Of a residence too: it is evidence for its reason. */
  readonly matchedAddress: string | null;
  /** The properties that tied, best first; at most ten. */
  readonly candidates: readonly MatchCandidate[];
}
