/**
 * Children of the engine for the tests of this process, which open one server after the other: what a server leaves without work, the next
 * one gets. Four new ones for each server took more than a second of a processor.
 */
import { randomUUID } from 'node:crypto';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { inject } from 'vitest';
import type { ChildSource } from '../../src/duckdb/parent/engine.ts';
import { EngineChild } from '../../src/duckdb/parent/engine-child.ts';
import type { ChildSettings } from '../../src/duckdb/protocol.ts';
import { silentLog } from './postgres.ts';

const MOST_KEPT = 8;
const CHILD = createRequire(import.meta.url).resolve('#engine-child');

type Settings = Omit<ChildSettings, 'spillDirectory'>;

/** They end with this process: each does when its parent is gone. */
class KeptChildren implements ChildSource {
  readonly #settingsOf = new WeakMap<EngineChild, string>();
  readonly #kept: EngineChild[] = [];

  start(settings: Settings): EngineChild {
    const wanted = JSON.stringify(settings);
    const at = this.#kept.findIndex((child) => child.alive && this.#settingsOf.get(child) === wanted);
    const [found] = at < 0 ? [] : this.#kept.splice(at, 1);
    if (found !== undefined) return found;
    // What a child that was killed with this process has left goes with the run.
    const spillDirectory = join(inject('runDirectory'), `spill-${randomUUID()}`);
    const child = new EngineChild({ childPath: CHILD, settings: { ...settings, spillDirectory }, log: silentLog });
    this.#settingsOf.set(child, wanted);
    return child;
  }

  keep(child: EngineChild): boolean {
    this.#kept.push(child);
    // Of settings that nobody asks for any more.
    if (this.#kept.length > MOST_KEPT) this.#kept.shift()?.kill();
    return true;
  }
}

export const keptChildren: ChildSource = new KeptChildren();
