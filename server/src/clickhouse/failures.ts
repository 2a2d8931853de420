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

/** Faults of the cluster, or of how it is set up, that are none of the job’s. */
const AWAY = new Set([
  // UNKNOWN_USER, ACCESS_DENIED, AUTHENTICATION_FAILED
  '192',
  '497',
  '516',
  // TOO_MANY_SIMULTANEOUS_QUERIES
  '202',
  // SOCKET_TIMEOUT, NETWORK_ERROR, ALL_CONNECTION_TRIES_FAILED
  '209',
  '210',
  '279',
  // NAMED_COLLECTION_DOESNT_EXIST, CLUSTER_DOESNT_EXIST
  '669',
  '701',
]);

/** The error as the inside knows it. @param url of the machine that was asked */
export function failureOf(error: unknown, url: string): Error {
  if (error instanceof ConveyanceError) return error;
  if (!(error instanceof ClickHouseError)) return new ClusterAway(error);
  if (AWAY.has(error.code)) return new ClusterAway(error);
  return new EngineError(
    KINDS[error.code] ?? 'statement',
    `${url}: ${error.code} ${error.type ?? ''} ${error.message}`,
  );
}
