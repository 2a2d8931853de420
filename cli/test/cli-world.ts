/** The customers' commands as a program of their own. */
import { CUSTOMER_COMMANDS, CUSTOMER_GROUPS } from '../src/customer/commands.ts';
import { runProgram } from '../src/terminal/run.ts';
import { type Ran, recorded, type Situation } from './streams.ts';

export type { Situation } from './streams.ts';

const PROGRAMME = {
  name: 'conveyance',
  description: 'The customers’ commands.',
  sections: [{ title: 'Export data:', commands: CUSTOMER_COMMANDS }],
  groups: CUSTOMER_GROUPS,
  firstSteps: '',
};

export function cli(argv: readonly string[], situation: Situation = {}): Promise<Ran> {
  return recorded(situation, (world) => runProgram(argv, world, PROGRAMME));
}
