/** How much one client may use. Tests set lower limits. */
export interface SftpLimits {
  /** From the connection to the client's first line, which every client sends at once; a client without one by then is cut off. */
  readonly bannerMs: number;
  /** From the connection to the log-in, likewise. */
  readonly loginMs: number;
  /** Without a request, or with an answer that the client does not take. */
  readonly idleMs: number;
  /** Log-ins that may fail on one connection. */
  readonly failedLogins: number;
  /** Connections that are not logged in: each costs a key exchange. */
  readonly strangers: number;
  /** Of one site (`SITE`): a quarter, so that it takes four to fill the door. */
  readonly strangersOfSite: number;
  /** From here on the door is nearly full, and a site with half of its share or more gets no more: the rest is for others. */
  readonly manyStrangers: number;
  /** Connections that are logged in. */
  readonly sessions: number;
  readonly sessionsOfAccount: number;
  /** Files that one session has open: each reads some 100 KiB ahead. */
  readonly files: number;
  /** Directories that one session has open. */
  readonly directories: number;
  /** An event announces a revocation; in case it is lost, the database is asked this often. A revocation must take effect within 5 s. */
  readonly recheckMs: number;
}

export const SFTP_LIMITS: SftpLimits = {
  bannerMs: 5_000,
  loginMs: 30_000,
  idleMs: 600_000,
  failedLogins: 3,
  strangers: 128,
  strangersOfSite: 32,
  manyStrangers: 96,
  sessions: 400,
  sessionsOfAccount: 50,
  files: 8,
  directories: 2,
  recheckMs: 3_000,
};
