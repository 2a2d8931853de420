/** What it means that a machine of the cluster did not do what it was asked. */
import { ClickHouseError } from '@clickhouse/client';
import { ConveyanceError } from '../core/errors.ts';
import { ClusterAway } from '../core/passing-fault.ts';
import { EngineError, type EngineFailure } from '../core/ports/engine-error.ts';

/** By the numbers that the server gives its errors. */
const KINDS: Readonly<Record<string, EngineFailure>> = {
  // MEMORY_LIMIT_EXCEEDED
  241: 'memory',
  // NOT_ENOUGH_SPACE
  243: 'disk',
};

/** Faults of how it is set up: they last until somebody changes that. */
const REFUSED: Readonly<Record<string, string>> = {
  '192': 'UNKNOWN_USER',
  '497': 'ACCESS_DENIED',
  '516': 'AUTHENTICATION_FAILED',
  '669': 'NAMED_COLLECTION_DOESNT_EXIST',
  '701': 'CLUSTER_DOESNT_EXIST',
  // A setting of ours that its profile does not allow to be changed.
  '164': 'READONLY',
  '452': 'SETTING_CONSTRAINT_VIOLATION',
  // What lies there is read by us too, who say better what is wrong with an object.
  '499': 'S3_ERROR',
};

/** Faults of the machines and of what is between them, which pass. */
const AWAY = new Set([
  // TOO_MANY_SIMULTANEOUS_QUERIES
  '202',
  // SOCKET_TIMEOUT, NETWORK_ERROR, ALL_CONNECTION_TRIES_FAILED
  '209',
  '210',
  '279',
  // ATTEMPT_TO_READ_AFTER_EOF, CANNOT_READ_ALL_DATA: what a machine says when another one is gone while it reads from it
  '32',
  '33',
  // QUERY_WAS_CANCELLED: by somebody else than us, who hold the signal
  '394',
]);

/** Codes of the system, of a disk of ours: what was found could not be written. */
const DISK = new Set(['ENOSPC', 'EDQUOT']);

interface Refusal {
  readonly code: string;
  readonly message: string;
}

function failureOfCode({ code, message }: Refusal, url: string, cause: unknown): Error {
  const refused = REFUSED[code];
  if (refused !== undefined) return new ClusterAway(cause, `${url} answers ${refused}: ${message}`);
  if (AWAY.has(code)) return new ClusterAway(cause);
  return new EngineError(KINDS[code] ?? 'statement', `${url}: ${code} ${message}`);
}

/** The error as the inside knows it. @param url of the machine that was asked */
export function failureOf(error: unknown, url: string): Error {
  // Of another room, or a fault of this program.
  if (error instanceof ConveyanceError || error instanceof TypeError || error instanceof RangeError) return error;
  if (error instanceof ClickHouseError) return failureOfCode(error, url, error);
  if (error instanceof Error && 'code' in error && DISK.has(String(error.code))) {
    return new EngineError('disk', `what ${url} found: ${error.message}`);
  }
  return new ClusterAway(error);
}

/** How many of the last bytes of an answer hold what went wrong. */
export const LAST_WORDS_BYTES = 16_384;

/**
 * Of an answer that has no end. What goes wrong once there is an answer stands in it: the status has been sent.
 *
 * @param end its last bytes, as text
 */
export function failureInside(end: string, url: string): Error {
  const [, code, message = ''] = /Code: (\d+)\. (DB::\w*Exception: .*)/.exec(end) ?? [];
  const cut = new Error(`the answer of ${url} broke off`);
  return code === undefined ? new ClusterAway(cut) : failureOfCode({ code, message }, url, cut);
}
