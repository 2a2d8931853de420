/** The customers' commands as a program of their own. */
import { PROGRAMME } from '../src/programme.ts';
import { runProgram } from '../src/terminal/run.ts';
import { type Ran, recorded, type Situation } from './streams.ts';

export type { Situation } from './streams.ts';

export function cli(argv: readonly string[], situation: Situation = {}): Promise<Ran> {
  return recorded(situation, (world) => runProgram(argv, world, PROGRAMME));
}
