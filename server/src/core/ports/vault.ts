/** Where secrets are kept that must be read again. */

/** Encryption of what must be read again, unlike a password: nobody reads it in a dump of the database. */
export interface Vault {
  /** `context` says where the text belongs, e.g. an account's id; elsewhere it cannot be opened. */
  seal(text: string, context: string): Uint8Array;
  /** Throws for bytes that were altered, or sealed under another key or context. */
  open(sealed: Uint8Array, context: string): string;
}
