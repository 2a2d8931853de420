/** The console’s page as files that the server hands out itself. */
export interface ConsoleFile {
  readonly contentType: string;
  readonly bytes: Uint8Array;
  /** The same, compressed; null where that saves nothing. */
  readonly gzipped: Uint8Array | null;
  /** In hex. */
  readonly sha256: string;
}

export interface ConsoleFiles {
  /** By path, such as `index.html` and `assets/index-3f2a.js`; empty if this installation has no console. */
  all(): Promise<ReadonlyMap<string, ConsoleFile>>;
}
