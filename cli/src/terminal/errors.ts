/** What a command finds wrong by itself, before or beside what the server says. */
import type { Ending } from './exit-codes.ts';

export class CommandFault extends Error {
  override readonly name = 'CommandFault';
  readonly ending: Ending;
  /** Lines below the message: further faults, and what to do. */
  readonly hints: readonly string[];

  constructor(
    ending: Ending,
    message: string,
    { hints = [], cause }: { readonly hints?: readonly string[]; readonly cause?: unknown } = {},
  ) {
    super(message, cause === undefined ? undefined : { cause });
    this.ending = ending;
    this.hints = hints;
  }
}

/** The command was called wrongly. */
export function usage(message: string, hints: readonly string[] = []): CommandFault {
  return new CommandFault('usage', message, { hints });
}
