import { type Ran, recorded, type Situation as Terminal } from '../../../cli/test/streams.ts';
import { runCli } from '../../src/cli/run.ts';
import type { World } from '../../src/cli/world/world.ts';
import type { Deps } from '../../src/core/ports/deps.ts';

export type { Ran } from '../../../cli/test/streams.ts';

export interface Situation extends Terminal {
  /** The data that operator commands work on; without it they must not be reached. */
  readonly deps?: Deps;
  readonly serve?: World['serve'];
}

function unreachable(what: string): () => Promise<never> {
  return () => Promise.reject(new Error(`${what} was not expected to be opened`));
}

/** Runs one command in this process, its streams recorded. */
export function cli(argv: readonly string[], { deps, serve, ...situation }: Situation = {}): Promise<Ran> {
  const close = () => Promise.resolve();
  return recorded(situation, (terminal) =>
    runCli(argv, {
      ...terminal,
      openOperator: deps
        ? async () => ({ deps, facts: [{ name: 'place', value: 'a test' }], close })
        : unreachable('the data'),
      openEngine: deps ? async () => ({ deps, close }) : unreachable('the engine'),
      serve: serve ?? unreachable('a server'),
    }),
  );
}
