/** Kills a fleet's processes, one after the other, as accidents do: without warning, and while others are still coming back. */
import { randomInt } from 'node:crypto';
import type { Fleet } from '../support/fleet/fleet.ts';
import type { LogLine, NodeProcess } from '../support/fleet/node-process.ts';
import { type MixedLoad, pause } from './mixed-load.ts';

export const KINDS = ['api', 'worker', 'postgres'] as const;
export type Kind = (typeof KINDS)[number];

/** Until a supervisor starts it again. */
const LONGEST_AWAY_MS = 1_500;
const LONGEST_PAUSE_MS = 2_500;
/** Of a customer's next answer, or of a job that another takes up. */
const RECOVERY_MS = 120_000;
const POLL_MS = 20;
/** A worker has done with a job when it logs one of these. */
const DONE = ['job-finished', 'job-ending-ignored', 'job-interrupted', 'job-attempt-failed'];

/** A job that was under way at a worker that was killed. */
interface Orphan {
  readonly jobId: string;
  readonly since: number;
}

export class Killer {
  readonly kills: Record<Kind, number> = { api: 0, worker: 0, postgres: 0 };
  /** Milliseconds: from the kill to the next request that is answered as it should, or until another worker begins the job. */
  readonly recoveries: Record<Kind, number[]> = { api: [], worker: [], postgres: [] };
  /** By job, how many workers were killed that had it. */
  readonly deaths = new Map<string, number>();
  readonly #fleet: Fleet;
  readonly #load: MixedLoad;
  readonly #underWay = new Map<NodeProcess, Set<string>>();
  readonly #comingBack = new Map<NodeProcess, Promise<void>>();
  #orphans: Orphan[] = [];

  constructor(fleet: Fleet, load: MixedLoad) {
    this.#fleet = fleet;
    this.#load = load;
    for (const node of fleet.workers) {
      this.#underWay.set(node, new Set());
      node.onLog = (line) => this.#heard(node, line);
    }
  }

  #heard(node: NodeProcess, { event, jobId }: LogLine): void {
    if (jobId === undefined) return;
    const jobs = this.#underWay.get(node);
    if (DONE.includes(event)) jobs?.delete(jobId);
    if (event !== 'job-claimed') return;
    jobs?.add(jobId);
    for (const { since } of this.#orphans.filter((each) => each.jobId === jobId)) {
      this.recoveries.worker.push(performance.now() - since);
    }
    this.#orphans = this.#orphans.filter((each) => each.jobId !== jobId);
  }

  /** The kinds in turn, until that many are killed or it is time to end. What was killed last may still be coming back then. */
  async run(kills: number, deadline: number): Promise<void> {
    try {
      for (let kill = 0; kill < kills && performance.now() < deadline; kill++) {
        await pause(randomInt(LONGEST_PAUSE_MS));
        await this.#kill(KINDS[kill % KINDS.length] ?? 'api');
      }
    } finally {
      await Promise.all(this.#comingBack.values());
    }
  }

  async #kill(kind: Kind): Promise<void> {
    if (kind === 'postgres') {
      const killedAt = performance.now();
      await this.#fleet.postgres.kill();
      await this.#fleet.postgres.start();
      await this.#answered(kind, killedAt);
    } else {
      const nodes = kind === 'api' ? this.#fleet.apis : this.#fleet.workers;
      const node = nodes[this.kills[kind] % nodes.length];
      if (node === undefined) throw new Error(`the fleet has no ${kind}`);
      await this.#comingBack.get(node);
      const killedAt = performance.now();
      await node.kill();
      this.#orphan(node, killedAt);
      this.#comingBack.set(node, this.#revive(node));
      if (kind === 'api') await this.#answered(kind, killedAt);
    }
    this.kills[kind] += 1;
  }

  /** Notes what a killed worker had under way. */
  #orphan(node: NodeProcess, since: number): void {
    const jobs = this.#underWay.get(node) ?? new Set();
    for (const jobId of jobs) {
      this.deaths.set(jobId, (this.deaths.get(jobId) ?? 0) + 1);
      this.#orphans.push({ jobId, since });
    }
    jobs.clear();
  }

  /** As a supervisor does: again and again, since the database may be away just then. */
  async #revive(node: NodeProcess): Promise<void> {
    for (const deadline = performance.now() + RECOVERY_MS; ; ) {
      await pause(randomInt(LONGEST_AWAY_MS));
      try {
        await node.start();
        return;
      } catch (error) {
        if (performance.now() > deadline) throw error;
      }
    }
  }

  /** Notes when customers are answered again. */
  async #answered(kind: Kind, killedAt: number): Promise<void> {
    while (this.#load.lastGoodAt <= killedAt) {
      if (performance.now() - killedAt > RECOVERY_MS) throw new Error(`nobody was answered for ${RECOVERY_MS} ms`);
      await pause(POLL_MS);
    }
    this.recoveries[kind].push(this.#load.lastGoodAt - killedAt);
  }
}
