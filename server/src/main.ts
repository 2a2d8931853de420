#!/usr/bin/env node
/** argv → cli: gives the command line its world and exits with its code. */
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runCli } from './cli/run.ts';
import type { PrivatePlace, RunningServer, ServeRequest, SettingOverrides, World } from './cli/world/world.ts';
import { processEnvironment, readSettings, renamedSettings, SETTINGS, VERSION } from './config.ts';
import { OTHERS } from './core/ports/store.ts';
import { shownOf } from './setting.ts';

/** The user reads the command's own messages: of the log, only what went wrong. */
const QUIET = { CONVEYANCE_LOG_LEVEL: 'error' };

function settingsWith(overrides: SettingOverrides, presets: SettingOverrides = {}) {
  return readSettings({ ...presets, ...processEnvironment(), ...overrides });
}

/** Only commands that need the program load it: it takes half a second, and a customer's command does not need it. */
function loadApp() {
  return import('./app.ts');
}

function loadRecovery() {
  return import('./recovery.ts');
}

function loadDeps() {
  return import('./deps.ts');
}

async function openOperator(overrides: SettingOverrides) {
  const { openDeps } = await loadDeps();
  const settings = settingsWith(overrides, QUIET);
  const open = await openDeps(settings, {
    exportChildren: 0,
    publicUrl: settings.publicUrl ?? `http://${settings.host}:${settings.port}`,
  });
  const renamed = renamedSettings(processEnvironment()).map(({ variable, instead }) => ({
    name: `setting ${variable}`,
    value: `is now ${instead}; the next release no longer reads the old name`,
  }));
  return { ...open, facts: [...open.facts, ...renamed] };
}

function privatePlaces(overrides: SettingOverrides): readonly PrivatePlace[] {
  const { dataDir } = settingsWith(overrides, QUIET);
  // The database's own user passes through the directory, and lists nothing there.
  return [
    { path: dataDir, others: 0o066 },
    { path: join(dataDir, 'master.key'), others: OTHERS },
  ];
}

/** A data directory that is removed with its server. The user that the database runs as must be able to enter it. */
async function temporaryDirectory(): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'conveyance-'));
  await chmod(directory, 0o711);
  return directory;
}

async function serve({ settings: overrides, temporary }: ServeRequest): Promise<RunningServer> {
  const directory = temporary ? await temporaryDirectory() : null;
  const place: SettingOverrides = directory === null ? {} : { CONVEYANCE_DATA_DIR: directory };
  const removeDirectory = async () => {
    if (directory !== null) await rm(directory, { recursive: true, force: true });
  };
  try {
    const given = { ...overrides, ...place };
    const settings = settingsWith(given);
    const { beginKeysAndDatabase } = await import('./keys.ts');
    // The database starts while the rest of the program is loaded.
    const begun = beginKeysAndDatabase(settings);
    const { createApp } = await loadApp();
    const app = await createApp(settings, shownOf(Object.values(SETTINGS), processEnvironment(), given), { begun });
    for (const renamed of renamedSettings(processEnvironment())) app.deps.log.warn('setting-renamed', { ...renamed });
    const stop = async () => {
      try {
        await app.stop();
      } finally {
        if (temporary) await app.embedded?.remove();
        await removeDirectory();
      }
    };
    try {
      await app.start();
    } catch (error) {
      await stop();
      throw error;
    }
    const failed = new Promise<never>((_resolve, reject) => app.http?.server.once('error', reject));
    // The waiting caller gets the error; there may be none any more.
    failed.catch(() => undefined);
    return { url: app.url, sftp: app.sftp?.address ?? null, deps: app.deps, failed, stop };
  } catch (error) {
    await removeDirectory();
    throw error;
  }
}

const interrupt = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => interrupt.abort());

const world: World = {
  version: VERSION,
  env: processEnvironment(),
  stdin: process.stdin,
  stdout: process.stdout,
  stderr: process.stderr,
  interrupt: interrupt.signal,
  privatePlaces,
  openOperator,
  openKeys: async (settings) => {
    const { keeper, close } = await openOperator(settings);
    return { value: keeper, close };
  },
  openBackup: async (settings, place) => (await loadRecovery()).openBackup(settingsWith(settings, QUIET), place),
  openBackups: async (settings, place) => (await loadRecovery()).openBackups(settingsWith(settings, QUIET), place),
  openRestore: async ({ settings, ...request }) =>
    (await loadRecovery()).openRestore({ settings: settingsWith(settings, QUIET), ...request }),
  openEngine: async () => (await loadDeps()).openEngineAlone(settingsWith({}, QUIET)),
  serve,
};

process.exitCode = await runCli(process.argv.slice(2), world);
