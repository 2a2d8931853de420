/** How long each part of a run of the tests took: printed at its end, and written down for `.ci/run`. */
import { appendFileSync, readFileSync } from 'node:fs';
import type { Reporter, TestModule, Vitest } from 'vitest/node';

/** Names a file: a line when the tests begin, and one for each part when they have ended. */
const WRITTEN_TO = 'CONVEYANCE_PART_TIMES';
const MS_PER_SECOND = 1_000;

/** By what their files import; whatever has neither is the house. */
const PARTS: Readonly<Record<string, RegExp>> = {
  browser: /^import .* from '.*\/browser\.ts';$/m,
  fleet: /^import .* from '.*\/(?:fleet|s3-app|swift)\.ts';$/m,
};
const HOUSE = 'house';

/** Of a test file, by its text. */
export function partOf(text: string): string {
  return Object.entries(PARTS).find(([, imports]) => imports.test(text))?.[0] ?? HOUSE;
}

/** What a worker spent on the file. */
function spentMs(module: TestModule): number {
  const { environmentSetupDuration, prepareDuration, collectDuration, setupDuration, duration } = module.diagnostic();
  return environmentSetupDuration + prepareDuration + collectDuration + setupDuration + duration;
}

/**
 * The parts run side by side, so that none has a beginning and an end. Each is given that share of the run's wall time which its files had
 * of the workers' time; all of them together are the wall time.
 */
export function shareOut(wallMs: number, spent: ReadonlyMap<string, number>): ReadonlyMap<string, number> {
  const all = [...spent.values()].reduce((sum, each) => sum + each, 0);
  return new Map([...spent].map(([part, ms]) => [part, all === 0 ? 0 : (wallMs * ms) / all]));
}

export class PartTimes implements Reporter {
  #vitest: Vitest | undefined;
  #startedAtMs = 0;

  onInit(vitest: Vitest): void {
    this.#vitest = vitest;
  }

  onTestRunStart(): void {
    this.#startedAtMs = performance.now();
    this.#write('tests begin\n');
  }

  onTestRunEnd(modules: readonly TestModule[]): void {
    const wallMs = performance.now() - this.#startedAtMs;
    const spent = new Map<string, number>();
    for (const module of modules) {
      const part = partOf(readFileSync(module.moduleId, 'utf8'));
      spent.set(part, (spent.get(part) ?? 0) + spentMs(module));
    }
    const seconds = [...shareOut(wallMs, spent)].map(([part, ms]) => ({ part, took: Math.round(ms / MS_PER_SECOND) }));
    this.#vitest?.logger.log(`      Parts  ${seconds.map(({ part, took }) => `${part} ${took} s`).join(', ')}\n`);
    this.#write(seconds.map(({ part, took }) => `tests, ${part}\t${took}\n`).join(''));
  }

  #write(lines: string): void {
    const file = process.env[WRITTEN_TO];
    if (file !== undefined) appendFileSync(file, lines);
  }
}
