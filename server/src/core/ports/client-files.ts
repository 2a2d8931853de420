/** What a customer needs to use the server, as files that it hands out itself. */
export interface ClientFile {
  /** As it is downloaded: `conveyance-cli.tgz`. */
  readonly name: string;
  readonly contentType: string;
  readonly bytes: Uint8Array;
  /** In hex. */
  readonly sha256: string;
}

export interface ClientFiles {
  /**
   * All of them, whole, of this version: the same bytes at every call, and on every machine with the same Node. One that this
   * installation does not have is left out.
   */
  list(): Promise<readonly ClientFile[]>;
}
