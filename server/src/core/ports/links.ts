/** Signed links to stored objects. */

/** What a link opens. */
export interface LinkedFile {
  readonly key: string;
  readonly filename: string;
  /** Of the account's links when it was made. */
  readonly epoch: number;
}

/** What a link is made of. */
export interface Link {
  readonly key: string;
  readonly filename: string;
  readonly expiresAt: Date;
  /** Of the account's links, from 0: whoever verifies the link compares it with the account's present one. 0 if absent. */
  readonly epoch?: number;
}

/** Links to this server. */
export interface ServerLinks {
  /** An absolute URL for GET and HEAD of the object until `expiresAt`. */
  sign(link: Link): string;
  /** The link's parts if they are unaltered and it has not expired; null otherwise. Whether it was revoked since is for the caller to ask. */
  verify(url: { readonly path: string; readonly query: Readonly<Record<string, string>> }): LinkedFile | null;
}

export interface HandedOutLink extends Link {
  readonly contentType: string;
  /** Hex. */
  readonly sha256: string;
  /** It must be of this server, wherever the object is. False if absent. */
  readonly isForPage?: boolean;
}

/** Download links that need no credential. */
export interface LinkSigner extends Pick<ServerLinks, 'verify'> {
  /** An absolute URL for GET of the object until `expiresAt`, of this server or of the store itself. */
  sign(link: HandedOutLink): string | Promise<string>;
}
