/** The columns that a match puts around those of the customer’s file. */
export const VERDICT_COLUMNS = ['reonomy_id', 'status', 'miss_reason'] as const;
/** Behind them, where the customer asked for it. */
export const EVIDENCE_COLUMNS = ['match_confidence', 'match_codes', 'matched_address', 'candidates'] as const;
