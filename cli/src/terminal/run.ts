/** From argv to an exit code. */
import { CommanderError } from 'commander';
import { EXIT_CODES } from './exit-codes.ts';
import { type Explanation, explainIn } from './explain.ts';
import { ServerVersion } from './newer-server.ts';
import { Output } from './output.ts';
import { buildProgram, type Programme } from './program.ts';
import type { World } from './world.ts';

/**
 * Runs the command that the words after the program's name select. Resolves with the exit code; never rejects.
 * @param explainOwn explains errors that only the programme's own commands throw; null for any other error.
 */
export async function runProgram<W extends World>(
  argv: readonly string[],
  world: W,
  programme: Programme<W>,
  explainOwn: (error: unknown) => Explanation | null = () => null,
): Promise<number> {
  let exitCode: number = EXIT_CODES.ok.code;
  let fields: Readonly<Record<string, string>> = {};
  const server = new ServerVersion();
  for (const stream of [world.stdout, world.stderr]) stream.on('error', ignoreBrokenPipe);
  const program = buildProgram(programme, world, async (command, typed) => {
    const out = new Output(world, (typed.options['json'] ?? []).length > 0);
    fields = command.fields ?? {};
    exitCode = await command.start(typed, out, { ...world, onAnswer: server.hear });
  });
  try {
    await program.parseAsync([...argv], { from: 'user' });
    return exitCode;
  } catch (error) {
    // Commander has already printed its own errors.
    if (error instanceof CommanderError) return EXIT_CODES[error.exitCode === 0 ? 'ok' : 'usage'].code;
    const { ending, message, hints } = explainOwn(error) ?? explainIn(fields, error);
    const out = new Output(world, false);
    const { aborted, reason } = world.interrupt;
    if (aborted) out.say('Interrupted.');
    // An error while stopping was not caused by the interruption.
    if (!aborted || error !== reason) out.fail(message, hints);
    return EXIT_CODES[aborted ? 'interrupted' : ending].code;
  } finally {
    const advice = server.advice(world);
    if (advice !== null) new Output(world, false).say(advice);
  }
}

/** `conveyance jobs list | head`: the reader has seen enough, and work in progress still has to be cleaned up. */
function ignoreBrokenPipe(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EPIPE') throw error;
}
