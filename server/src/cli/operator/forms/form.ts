/** What the forms of commands have in common. */
import type { Command, Option } from '@conveyance/cli/terminal';
import type { World } from '../../world/world.ts';

/** What an operator gets from a customer's command, if one of these options says that it is he. */
export interface Form {
  readonly command: Command<World>;
  /** That the customer's command takes besides its own. */
  readonly options: Readonly<Record<string, Option<unknown>>>;
}
