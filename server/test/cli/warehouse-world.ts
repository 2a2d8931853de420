/** A server's data as the commands on the warehouse meet it: loaded, and asked about, by the command line. */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'vitest';
import { type TestApp, testApp } from '../support/app.ts';
import { cli, type Ran, type Situation } from './cli-world.ts';

export interface WarehouseWorld {
  readonly app: TestApp;
  /** Runs a command, which must succeed. */
  run(...argv: readonly string[]): Promise<Ran>;
  json(...argv: readonly string[]): Promise<unknown>;
  /** Runs a command, whatever becomes of it. */
  attempt(argv: readonly string[], situation?: Situation): Promise<Ran>;
  /** Files named after tables, loaded together. */
  load(tables: Readonly<Record<string, string>>, ...flags: readonly string[]): Promise<void>;
  close(): Promise<void>;
}

export async function warehouseWorld(settings: Readonly<Record<string, string>> = {}): Promise<WarehouseWorld> {
  const app = await testApp({ settings: { CONVEYANCE_ROLE: 'api', ...settings }, demo: false });
  const directory = await mkdtemp(join(tmpdir(), 'conveyance-warehouse-cli-'));
  const attempt = (argv: readonly string[], situation: Situation = {}) =>
    cli(argv, { ...situation, deps: app.app.deps });
  async function run(...argv: readonly string[]): Promise<Ran> {
    const ran = await attempt(argv);
    expect(ran.code, `${argv.join(' ')}: ${ran.stderr}`).toBe(0);
    return ran;
  }
  return {
    app,
    attempt,
    run,
    json: async (...argv) => JSON.parse((await run(...argv, '--json')).stdout),
    async load(tables, ...flags) {
      const folder = await mkdtemp(join(directory, 'load-'));
      await mkdir(folder, { recursive: true });
      for (const [name, text] of Object.entries(tables)) await writeFile(join(folder, `${name}.csv`), text);
      await run('load', folder, ...flags);
    },
    async close() {
      await app.close();
      await rm(directory, { recursive: true, force: true });
    },
  };
}
