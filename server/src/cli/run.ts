import { ApiError, NetworkError } from '@conveyance/sdk';
import { CommanderError } from 'commander';
import { ConveyanceError, ERRORS } from '../core/errors.ts';
import { EngineError } from '../core/ports/engine.ts';
import type { Command } from './command.ts';
import { COMMANDS } from './commands.ts';
import { EXIT_CODES, exitCodeOf } from './exit-codes.ts';
import { Output } from './output.ts';
import { buildProgram } from './program.ts';
import type { World } from './world.ts';

/** Runs the command that the words after the program's name call for. Resolves with the exit code; never rejects. */
export async function runCli(
  argv: readonly string[],
  world: World,
  commands: readonly Command[] = COMMANDS,
): Promise<number> {
  let exitCode: number = EXIT_CODES.ok.code;
  for (const stream of [world.stdout, world.stderr]) stream.on('error', ignoreBrokenPipe);
  const program = buildProgram(commands, world, async (command, typed) => {
    const out = new Output(world, (typed.options['json'] ?? []).length > 0);
    exitCode = await command.start(typed, out, world);
  });
  try {
    await program.parseAsync([...argv], { from: 'user' });
    return exitCode;
  } catch (error) {
    const out = new Output(world, false);
    const { aborted, reason } = world.interrupt;
    if (aborted) out.say('Interrupted.');
    // What went wrong while stopping is not the interruption's doing.
    if (!aborted || error !== reason) tell(error, out);
    return aborted ? EXIT_CODES.interrupted.code : exitCodeOf(error);
  }
}

/** `conveyance jobs list | head`: the reader has seen enough, and what is under way still has to be cleaned up. */
function ignoreBrokenPipe(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EPIPE') throw error;
}

function tell(error: unknown, out: Output): void {
  // Commander has told its own errors already.
  if (error instanceof CommanderError) return;
  if (error instanceof ConveyanceError) {
    out.fail(error.message, [...furtherFaults(error), ...remedyOf(error)]);
  } else if (error instanceof ApiError) {
    out.fail(error.message, [...furtherFaults(error), ...hintsOf(error)]);
  } else if (error instanceof NetworkError) {
    out.fail(error.message, ['Is CONVEYANCE_URL right, and does the server run there? Asking again is safe.']);
  } else if (error instanceof EngineError) {
    // An operator may read what a customer must not: files and statements.
    out.fail(error.message, error.cause instanceof Error ? [error.cause.message] : []);
  } else if (error instanceof Error && isExpected(error)) {
    out.fail(error.message);
  } else {
    out.fail(error instanceof Error ? (error.stack ?? error.message) : String(error), [
      'This is a fault of the program itself.',
    ]);
  }
}

/** The remedy of what is an HTTP answer too is for whoever sent a request; here the message itself says what to do. */
function remedyOf({ code }: ConveyanceError): readonly string[] {
  const { status, remedy } = ERRORS[code];
  return status === null ? [remedy] : [];
}

const MOST_FAULTS = 20;

/** The faults that the message does not name already. */
function furtherFaults({
  message,
  errors = [],
}: {
  message: string;
  errors?: readonly string[] | undefined;
}): readonly string[] {
  return errors.filter((fault) => !message.includes(fault)).slice(0, MOST_FAULTS);
}

/** Statuses from here on are not the sender's doing. */
const FIRST_SERVER_FAULT = 500;

function hintsOf({ status, quota, retryAfterSeconds, requestId }: ApiError): string[] {
  const hints: string[] = [];
  if (status === 401) hints.push('Check CONVEYANCE_TOKEN, or CONVEYANCE_ACCESS_KEY and CONVEYANCE_SECRET.');
  if (quota !== null) hints.push(`${quota.usage} of ${quota.limit} properties of this month are used.`);
  if (retryAfterSeconds !== null) hints.push(`Try again in ${retryAfterSeconds} s.`);
  // Of a request that was wrong the operator knows no more than the message says.
  if (requestId !== null && status >= FIRST_SERVER_FAULT) hints.push(`For the operator: request ${requestId}.`);
  return hints;
}

/** The client's own errors, and those of the file system, which name the path: both are for people. */
function isExpected(error: Error): boolean {
  return (
    'syscall' in error ||
    ['WaitTimeoutError', 'ReportJobFailedError', 'FileJobFailedError', 'IntegrityError'].includes(error.name)
  );
}
