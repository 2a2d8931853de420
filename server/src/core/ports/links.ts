/** Signed links to stored objects. */

/** What a link opens. */
export interface LinkedFile {
  readonly key: string;
  readonly filename: string;
  /** Of the account's links when it was made. */
  readonly epoch: number;
}

/** Download links that need no credential. */
export interface LinkSigner {
  /**
   * An absolute URL for GET and HEAD of the object until `expiresAt`.
   *
   * @param link.epoch of the account's links, from 0: whoever verifies the link compares it with the account's present one. 0 if absent.
   */
  sign(link: {
    readonly key: string;
    readonly filename: string;
    readonly expiresAt: Date;
    readonly epoch?: number;
  }): string;
  /** The link's parts if they are unaltered and it has not expired; null otherwise. Whether it was revoked since is for the caller to ask. */
  verify(url: { readonly path: string; readonly query: Readonly<Record<string, string>> }): LinkedFile | null;
}
