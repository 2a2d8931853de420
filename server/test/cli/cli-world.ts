import { join } from 'node:path';
import { type Ran, recorded, type Situation as Terminal } from '../../../cli/test/streams.ts';
import { runCli } from '../../src/cli/run.ts';
import type { World } from '../../src/cli/world/world.ts';
import { readSettings } from '../../src/config.ts';
import type { Deps } from '../../src/core/ports/deps.ts';
import { openDeps } from '../../src/deps.ts';
import { openBackup, openBackups, openRestore } from '../../src/recovery.ts';
import { keptChildren } from '../support/kept-children.ts';

export type { Ran } from '../../../cli/test/streams.ts';

export interface Situation extends Terminal {
  /** The data that operator commands work on; without it they must not be reached. */
  readonly deps?: Deps;
  readonly serve?: World['serve'];
  /** Instead of `deps`: what the commands open for themselves, as in a process of their own. */
  readonly settings?: Readonly<Record<string, string>>;
}

function unreachable(what: string): () => Promise<never> {
  return () => Promise.reject(new Error(`${what} was not expected to be opened`));
}

type Opening = Pick<
  World,
  'privatePlaces' | 'openOperator' | 'openKeys' | 'openBackup' | 'openBackups' | 'openRestore'
>;

const OPENED = { exportChildren: 0, publicUrl: 'http://127.0.0.1', engineChildren: keptChildren };

/** As the program itself opens them. */
function ownOpening(own: Readonly<Record<string, string>>): Opening {
  const merged = (settings: Readonly<Record<string, string>>) => readSettings({ ...own, ...settings });
  return {
    privatePlaces: (settings) => {
      const { dataDir } = merged(settings);
      return [
        { path: dataDir, others: 0o066 },
        { path: join(dataDir, 'master.key'), others: 0o077 },
      ];
    },
    openOperator: async (settings) => openDeps(merged(settings), OPENED),
    openKeys: async (settings) => {
      const { keeper, close } = await openDeps(merged(settings), OPENED);
      return { value: keeper, close };
    },
    openBackup: (settings, place) => openBackup(merged(settings), place),
    openBackups: (settings, place) => openBackups(merged(settings), place),
    openRestore: ({ settings, ...request }) => openRestore({ settings: merged(settings), ...request }),
  };
}

function opening(deps: Deps | undefined): Opening {
  const close = () => Promise.resolve();
  return {
    privatePlaces: () => [],
    openOperator: deps
      ? async () => ({ deps, facts: [{ name: 'place', value: 'a test' }], close })
      : unreachable('the data'),
    openKeys: unreachable('the keys'),
    openBackup: unreachable('a backup'),
    openBackups: unreachable('backups'),
    openRestore: unreachable('a place to restore into'),
  };
}

/** Runs one command in this process, its streams recorded. */
export function cli(argv: readonly string[], { deps, serve, settings, ...situation }: Situation = {}): Promise<Ran> {
  const close = () => Promise.resolve();
  return recorded(situation, (terminal) =>
    runCli(argv, {
      ...terminal,
      ...(settings === undefined ? opening(deps) : ownOpening(settings)),
      openEngine: deps ? async () => ({ deps, close }) : unreachable('the engine'),
      serve: serve ?? unreachable('a server'),
    }),
  );
}
