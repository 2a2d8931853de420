/** Signed links to stored objects. */

/** What a link opens. */
export interface LinkedFile {
  readonly key: string;
  readonly filename: string;
}

/** Download links that need no credential. */
export interface LinkSigner {
  /** An absolute URL for GET and HEAD of the object until `expiresAt`. */
  sign(link: { readonly key: string; readonly filename: string; readonly expiresAt: Date }): string;
  /** The link's parts if they are unaltered and it has not expired; null otherwise. */
  verify(url: { readonly path: string; readonly query: Readonly<Record<string, string>> }): LinkedFile | null;
}
