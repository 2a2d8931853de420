/** Time and identity, as the inside asks for them. */

export type Clock = () => Date;

/** A fresh UUID. */
export type Ids = () => string;
