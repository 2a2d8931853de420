/** How long what the database said of a credential is believed without asking again. */

/** A revocation must take effect within 5 s on every node: nothing is kept in memory for longer than this. */
export const BELIEVED_MS = 3_000;
/** Beyond it, the whole cache is dropped: that is rare, and cheaper than keeping an order. */
export const MOST_BELIEVED = 10_000;
