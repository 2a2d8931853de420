/** Commands that reach the data or run the server. */
import { type Command, type CommandDeclaration, defineCommand as define } from '@conveyance/cli/terminal';
import type { World } from './world.ts';

type Declared = CommandDeclaration<Command['arguments'], Command['options'], World>;

export function defineCommand<A extends Declared['arguments'], O extends Declared['options']>(
  declared: CommandDeclaration<A, O, World>,
): Command<World> {
  return define(declared);
}
