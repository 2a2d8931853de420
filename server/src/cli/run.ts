/** The program `conveyance`: every command, and what its own errors mean. */
import { type Explanation, furtherFaults, runProgram } from '@conveyance/cli/terminal';
import { ConveyanceError, ERRORS, type ErrorCode } from '../core/errors.ts';
import { EngineError } from '../core/ports/engine-error.ts';
import { PROGRAMME } from './commands.ts';
import type { World } from './world/world.ts';

const ENDINGS: Partial<Record<ErrorCode, Explanation['ending']>> = {
  invalid_parameter: 'usage',
  bad_setting: 'usage',
  payload_too_large: 'usage',
  unsupported_media_type: 'usage',
  not_found: 'notFound',
  gone: 'notFound',
  unauthorized: 'auth',
  forbidden: 'auth',
  account_suspended: 'auth',
  foreign_page: 'auth',
  link_refused: 'auth',
  rate_limited: 'tooMany',
  job_in_progress: 'jobInProgress',
  quota_exceeded: 'quota',
};

/** Runs the command that the words after the program's name select. Resolves with the exit code; never rejects. */
export function runCli(argv: readonly string[], world: World): Promise<number> {
  return runProgram(argv, world, PROGRAMME, explainOwn);
}

function explainOwn(error: unknown): Explanation | null {
  if (!(error instanceof ConveyanceError)) return null;
  const hints = [...furtherFaults(error), ...remedyOf(error), ...engineWords(error)];
  return { ending: ENDINGS[error.code] ?? 'other', message: error.message, hints };
}

/** An operator may read what a customer must not: files and statements. */
function engineWords(error: ConveyanceError): readonly string[] {
  return error instanceof EngineError && error.cause instanceof Error ? [error.cause.message] : [];
}

/** The remedy of an error that is an HTTP answer too is meant for the sender of a request; here the message itself says what to do. */
function remedyOf({ code }: ConveyanceError): readonly string[] {
  const { status, remedy } = ERRORS[code];
  return status === null ? [remedy] : [];
}
