/** What loads that nobody watches have in common: those of another machine, of the calendar, and of a directory. */
import { type ConveyanceError, type ErrorCode, isConveyanceError } from '../../core/errors.ts';

/** Another node or watcher goes on so long after the one that had the load was last heard of. */
export const LOAD_LEASE_SECONDS = 30;

const OF_THE_FILES: ReadonlySet<ErrorCode> = new Set(['load_refused', 'not_found', 'invalid_parameter']);

/**
 * Whether it is the files, or what was said of them, that is wrong: to try again would be the same. Whatever else fails is tried again: a
 * fault of the server, or `data_changed`, where other changes came first.
 */
export function isFaultOfFiles(error: unknown): error is ConveyanceError {
  return isConveyanceError(error) && OF_THE_FILES.has(error.code);
}
