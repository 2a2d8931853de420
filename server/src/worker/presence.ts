import { NODE_REPORT_SECONDS, type Node } from '../core/ports/database/nodes.ts';
import type { Deps } from '../core/ports/deps.ts';
import { MS_PER_SECOND } from '../core/time.ts';
import { forgetCopies } from '../jobs/erasure/forget-copies.ts';

/** What takes no more work while its node is drained. */
export interface Drainable {
  pause(): void;
  resume(): void;
}

type Needs = Pick<Deps, 'db' | 'store' | 'clock' | 'log'>;

/** Says in the database that this process is there, and learns there whether it is to be drained, and to let go of what was erased. */
export class Presence {
  readonly #deps: Needs;
  readonly #node: Node;
  readonly #works: readonly Drainable[];
  #draining = false;
  #stopped = false;
  #erasure = 0;
  #timer: NodeJS.Timeout | undefined;
  #report: Promise<void> = Promise.resolve();

  constructor(deps: Needs, node: Node, works: readonly Drainable[]) {
    this.#deps = deps;
    this.#node = node;
    this.#works = works;
  }

  get draining(): boolean {
    return this.#draining;
  }

  start(): void {
    this.#report = this.#tell();
  }

  /** A node that cannot say that it leaves is found silent by the others. */
  async stop(): Promise<void> {
    this.#stopped = true;
    clearTimeout(this.#timer);
    await this.#report;
    const { db, log } = this.#deps;
    await db.nodes.leave(this.#node.id).catch((error: unknown) => log.warn('node-leave-failed', { error }));
  }

  async #tell(): Promise<void> {
    const { db, log } = this.#deps;
    try {
      const { draining, erasure } = await db.nodes.report(this.#node, this.#erasure);
      if (draining !== this.#draining && !this.#stopped) this.#turn(draining);
      if (erasure > this.#erasure && (await forgetCopies(this.#deps))) {
        this.#erasure = erasure;
        await db.nodes.report(this.#node, erasure);
        log.info('copies-forgotten', { nodeId: this.#node.id, erasure });
      }
    } catch (error) {
      // Whether it is to be drained is as it was: a database that is away says nothing about that.
      log.warn('node-report-failed', { error });
    }
    if (this.#stopped) return;
    const again = () => {
      this.#report = this.#tell();
    };
    this.#timer = setTimeout(again, NODE_REPORT_SECONDS * MS_PER_SECOND).unref();
  }

  #turn(draining: boolean): void {
    this.#draining = draining;
    for (const work of this.#works) {
      if (draining) work.pause();
      else work.resume();
    }
    this.#deps.log.info(draining ? 'node-drains' : 'node-resumes', { nodeId: this.#node.id });
  }
}
