/** Data files that come from another machine, in parts that are objects of the store: any node can go on where another left off. */

export interface Upload {
  readonly id: string;
  /** The operator's credential. */
  readonly credentialId: string;
  /** Without a folder. */
  readonly filename: string;
  readonly length: number;
  /** From the first byte, without gaps. */
  readonly received: number;
  /** Of the whole file, in hex, as its sender says; null if he does not. */
  readonly sha256: string | null;
  readonly createdAt: Date;
  /** When it is swept, unless more of it comes. */
  readonly expiresAt: Date;
}

export interface UploadPart {
  readonly key: string;
  readonly bytes: number;
}

/** What may be on its way at a time. */
export interface UploadBounds {
  readonly uploads: number;
  /** Of all of them, by their lengths. */
  readonly bytes: number;
}

export interface UploadStore {
  /** Null if it would be more than the bounds allow: nothing is made then. */
  insert(
    upload: Pick<Upload, 'id' | 'credentialId' | 'filename' | 'length' | 'sha256'>,
    terms: { readonly bounds: UploadBounds; readonly keptSeconds: number },
  ): Promise<Upload | null>;
  get(id: string): Promise<Upload | null>;
  /** The newest first. */
  list(): Promise<readonly Upload[]>;
  /** Adds parts behind what was received, and keeps it longer. False if that is not the offset any more, or it is gone: nothing is added then. */
  append(
    id: string,
    at: { readonly offset: number; readonly parts: readonly UploadPart[]; readonly keptSeconds: number },
  ): Promise<boolean>;
  /** In their order. */
  parts(id: string): Promise<readonly UploadPart[]>;
  /** Takes it away. Resolves with the keys of its parts, which nothing names any more; null if there is none. */
  remove(id: string): Promise<readonly string[] | null>;
  /** Those that are past their time and that no load waits for, `limit` at most. */
  expired(limit: number): Promise<readonly string[]>;
  /** Whether a part of an upload, or the rejects of a load, is kept under the key. */
  isHeld(key: string): Promise<boolean>;
}
