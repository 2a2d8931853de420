/** Answers of a server that starts, restarts, stops, or has no connection left; waiting does not help with any other code. */
export const PASSING_ERRORS = [
  'ECONNREFUSED',
  'ECONNRESET',
  'ETIMEDOUT',
  'EAI_AGAIN',
  '57P01',
  '57P02',
  '57P03',
  '53300',
] as const;

export const FOREIGN_KEY_VIOLATION = '23503';

/** True for an error of the file system, the network or the database that carries one of the codes. */
export function hasCode(error: unknown, ...codes: readonly string[]): boolean {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' && codes.includes(error.code);
}

/** The role has another password. */
export const WRONG_PASSWORD = '28P01';

/** What was asked writes, and the transaction only reads. */
export const READ_ONLY = '25006';
