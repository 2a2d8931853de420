/** Time and identity, for the inside. */

export type Clock = () => Date;

/** A fresh UUID. */
export type Ids = () => string;
