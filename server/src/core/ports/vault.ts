/** Secrets that must be readable again. */

/** Encryption for what must be readable again, unlike a password: a dump of the database does not reveal it. */
export interface Vault {
  /** `context` says where the text belongs, e.g. an account's id; elsewhere it cannot be opened. */
  seal(text: string, context: string): Uint8Array;
  /** Throws for bytes that were altered, or sealed under another key or context. */
  open(sealed: Uint8Array, context: string): string;
  /** False if they were sealed under a key that has a successor. */
  isCurrent(sealed: Uint8Array): boolean;
}
