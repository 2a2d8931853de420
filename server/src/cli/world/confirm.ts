/** Whether a dangerous command may go on. */
import type { Output } from '@conveyance/cli/terminal';
import { flag } from '@conveyance/cli/terminal';
import type { World } from './world.ts';

export const YES = { yes: flag({ short: 'y', description: 'Do it without asking.' }) };

async function firstLine(stdin: World['stdin']): Promise<string> {
  const decoder = new TextDecoder();
  let text = '';
  for await (const chunk of stdin) {
    text += typeof chunk === 'string' ? chunk : decoder.decode(chunk, { stream: true });
    if (text.includes('\n')) break;
  }
  return text.split('\n')[0]?.trim() ?? '';
}

/**
 * True with `--yes`, or if somebody at a terminal types `yes`. Without either it says what to do and is false: what a script pipes into
 * the command is no answer.
 */
export async function confirmed(
  question: string,
  { yes }: { readonly yes: boolean },
  { out, world }: { readonly out: Output; readonly world: Pick<World, 'stdin' | 'stderr'> },
): Promise<boolean> {
  if (yes) return true;
  if (world.stdin.isTTY !== true || world.stderr.isTTY !== true) {
    out.say('Nothing was changed; --yes does it.');
    return false;
  }
  out.say(`${question} Type yes to go on:`);
  const isYes = (await firstLine(world.stdin)).toLowerCase() === 'yes';
  if (!isYes) out.say('Nothing was changed.');
  return isYes;
}
