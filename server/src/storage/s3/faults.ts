/** What the store answers, in the words of the catalogue. */
import { S3ServiceException } from '@aws-sdk/client-s3';
import { ConveyanceError } from '../../core/errors.ts';
import { PassingFault, StoreAway } from '../../core/passing-fault.ts';

export function statusOf(error: unknown): number | undefined {
  return error instanceof S3ServiceException ? error.$metadata.httpStatusCode : undefined;
}

/** A HEAD has no body that could name the error, so the status counts. */
export function isAbsent(error: unknown): boolean {
  return statusOf(error) === 404;
}

export function isNamed(error: unknown, ...names: readonly string[]): boolean {
  return error instanceof Error && names.includes(error.name);
}

/** The request broke some rule of the store: sent again it would be refused again. 400s that speak of the way, not of the request, are not among them. */
function isOurs(error: unknown): boolean {
  const status = statusOf(error) ?? 0;
  return [400, 405, 409, 411, 412, 413, 416].includes(status) && !isNamed(error, 'RequestTimeout', 'ExpiredToken');
}

/**
 * Of everything else the store, or the way to it, is the reason: it does not answer, is overloaded or full, or does not take our
 * credentials. That passes, or an operator ends it; no request and no job is to blame.
 */
export function told(error: unknown): unknown {
  if (error instanceof PassingFault || error instanceof ConveyanceError) return error;
  return isOurs(error) ? error : new StoreAway(error);
}

/** What the request resolves with. Throws what `told` makes of its fault. */
export async function telling<Result>(work: Promise<Result>): Promise<Result> {
  try {
    return await work;
  } catch (error) {
    throw told(error);
  }
}

/** The same, with null for what does not exist. */
export async function ifThere<Result>(work: Promise<Result>): Promise<Result | null> {
  try {
    return await work;
  } catch (error) {
    if (isAbsent(error) && !isNamed(error, 'NoSuchBucket')) return null;
    throw told(error);
  }
}
