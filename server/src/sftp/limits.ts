/** How much one client may use. Tests set lower limits. */
export interface SftpLimits {
  /** From the connection to the log-in; a client without one by then is cut off. */
  readonly loginMs: number;
  /** Without a request, or with an answer that the client does not take. */
  readonly idleMs: number;
  /** Log-ins that may fail on one connection. */
  readonly failedLogins: number;
  /** Connections that are not logged in: each costs a key exchange. */
  readonly strangers: number;
  readonly strangersOfAddress: number;
  /** Connections that are logged in. */
  readonly sessions: number;
  readonly sessionsOfAccount: number;
  /** Files and directories that one session has open. */
  readonly handles: number;
  /** An event announces a revocation; in case it is lost, the database is asked this often. A revocation must take effect within 5 s. */
  readonly recheckMs: number;
}

export const SFTP_LIMITS: SftpLimits = {
  loginMs: 30_000,
  idleMs: 600_000,
  failedLogins: 3,
  strangers: 128,
  strangersOfAddress: 64,
  sessions: 400,
  sessionsOfAccount: 50,
  handles: 16,
  recheckMs: 3_000,
};
