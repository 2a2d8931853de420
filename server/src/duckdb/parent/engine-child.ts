import { type ChildProcess, fork } from 'node:child_process';
import { rm } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import type { InputTable, Sink, Watch } from '../../core/ports/engine.ts';
import { EngineError } from '../../core/ports/engine-error.ts';
import type { Logger } from '../../core/ports/logger.ts';
import { packedBatches } from '../pack.ts';
import {
  type ChildSettings,
  type FromChild,
  type Order,
  type OrderResult,
  type PackedBatch,
  pipesOf,
  type ToChild,
} from '../protocol.ts';
import { FileReceiver } from './file-receiver.ts';
import type { Provision, Wanted } from './provision.ts';
import { RowsOnTheWay } from './rows-on-the-way.ts';

/**
 * Space for young objects, in MiB: from its small default it would grow, and move the objects, while a match makes millions of them.
 * And the child may collect garbage on its own: see `serveOrders`.
 */
const NODE_OPTIONS = ['--min-semi-space-size=16', '--expose-gc'];

/** An interrupt stops a query in tens of milliseconds; a query that has not stopped by then never checks for it. */
const KILL_AFTER_MS = 5_000;

export interface ChildOptions {
  readonly childPath: string;
  readonly settings: ChildSettings;
  readonly log: Logger;
}

interface Assignment {
  readonly batches: ReadonlyMap<string, AsyncGenerator<PackedBatch, void, undefined>>;
  readonly receiver: FileReceiver;
  readonly rows: RowsOnTheWay;
  readonly provision: Provision | null;
  readonly watch: Watch;
  readonly settle: (outcome: { readonly result: OrderResult } | { readonly error: unknown }) => void;
}

/** One child process from the parent's side. Fills one order at a time. */
export class EngineChild {
  /** Resolves when the process has ended and its spill directory is removed. */
  readonly exited: Promise<void>;
  readonly #process: ChildProcess;
  readonly #log: Logger;
  readonly #settings: ChildSettings;
  readonly #pipes: readonly string[];
  #assignment: Assignment | null = null;
  #alive = true;
  #ready = false;

  constructor({ childPath, settings, log }: ChildOptions) {
    this.#log = log;
    this.#settings = settings;
    this.#pipes = pipesOf(settings).out;
    this.#process = fork(childPath, [JSON.stringify(settings)], {
      env: {},
      execArgv: NODE_OPTIONS,
      serialization: 'advanced',
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    });
    this.#process.on('message', (message: FromChild) => this.#receive(message));
    this.exited = new Promise((resolve) => {
      // 'error' comes instead of 'exit' when the process could not be started.
      const gone = (why: string) => {
        this.#alive = false;
        this.#settle({ error: new EngineError('died', why) });
        rm(settings.spillDirectory, { recursive: true, force: true }).then(resolve, (error: unknown) => {
          log.warn('engine_spill_left', { directory: settings.spillDirectory, error });
          resolve();
        });
      };
      this.#process.once('error', (error) => gone(error.message));
      this.#process.once('exit', (code, signal) => gone(`exit code ${code}, signal ${signal}`));
    });
    const { stderr } = this.#process;
    if (stderr) {
      createInterface({ input: stderr }).on('line', (line) => log.warn('engine_stderr', { pid: this.pid, line }));
    }
  }

  get pid(): number | undefined {
    return this.#process.pid;
  }

  get alive(): boolean {
    return this.#alive;
  }

  /** True once the process was able to work: one that dies earlier would die again. */
  get ready(): boolean {
    return this.#ready;
  }

  kill(): void {
    this.#process.kill('SIGKILL');
  }

  /**
   * Executes the order; the files of one that writes go to the sinks. After an abort it settles only when the child no longer works on
   * it. Only the child's answer says that a file is whole: one whose writer was killed ends as quietly. The last file is not ended here,
   * but by `end`: the child may do other work while it is flushed.
   *
   * @param provision of an order whose files are here in turns, or whose rows come from elsewhere
   */
  async perform(
    order: Order,
    inputs: Readonly<Record<string, InputTable>>,
    watch: Watch,
    sinks: readonly Sink[] = [],
    provision: Provision | null = null,
  ): Promise<{ readonly result: OrderResult; readonly end: () => Promise<void> }> {
    const { signal } = watch;
    signal.throwIfAborted();
    if (!this.#alive) throw new EngineError('died', 'it had ended before');
    const batches = new Map(Object.entries(inputs).map(([name, input]) => [name, packedBatches(input)]));
    let killing: NodeJS.Timeout | undefined;
    const interrupt = () => {
      receiver.discard();
      // A starting process receives nothing until it has started, which took 3 s on a busy machine, and there is nothing to clean up.
      if (this.#ready) {
        this.#send({ kind: 'interrupt' });
        killing = setTimeout(() => this.kill(), KILL_AFTER_MS);
      } else this.kill();
    };
    const rows = new RowsOnTheWay(watch);
    const receiver = new FileReceiver(this.#pipes, sinks, interrupt, (come) => rows.come(come));
    try {
      const result = await new Promise<OrderResult>((resolve, reject) => {
        this.#assignment = {
          batches,
          receiver,
          rows,
          provision,
          watch,
          settle: (outcome) => ('result' in outcome ? resolve(outcome.result) : reject(outcome.error)),
        };
        signal.addEventListener('abort', interrupt, { once: true });
        this.#send({ kind: 'start', order });
      });
      signal.throwIfAborted();
      await receiver.drained();
      return { result, end: () => receiver.end() };
    } catch (error) {
      if (signal.aborted) throw signal.reason;
      throw receiver.fault === null ? error : receiver.fault.error;
    } finally {
      receiver.close();
      provision?.close();
      clearTimeout(killing);
      signal.removeEventListener('abort', interrupt);
      // Not awaited: a generator with a stuck source would never return.
      for (const generator of batches.values()) {
        generator.return().catch((error: unknown) => this.#log.warn('engine_input_unclosed', { error }));
      }
    }
  }

  #settle(outcome: { readonly result: OrderResult } | { readonly error: unknown }): void {
    const assignment = this.#assignment;
    this.#assignment = null;
    assignment?.settle(outcome);
  }

  #send(message: ToChild): void {
    // The callback takes the error of a channel that has just closed: 'exit' follows and settles the order.
    this.#process.send(message, (error) => {
      if (error) this.#log.warn('engine_channel_closed', { pid: this.pid, error });
    });
  }

  #receive(message: FromChild): void {
    switch (message.kind) {
      case 'ready':
        this.#ready = true;
        return;
      case 'next':
        void this.#sendBatch(message.table);
        return;
      case 'part':
        void this.#openPart(message.file, message.pipe);
        return;
      case 'hold':
      case 'fetch':
        void this.#provide(message);
        return;
      case 'let-go':
        this.#assignment?.provision?.letGo(message.turn);
        return;
      case 'progress':
        this.#assignment?.rows.told(message.progress);
        return;
      case 'done':
        this.#settle({ result: message.result });
        return;
      case 'failed':
        if (!this.#assignment?.watch.signal.aborted && this.#assignment?.receiver.fault === null) {
          this.#log.warn('engine_job_failed', { pid: this.pid, ...message.failure });
        }
        this.#settle({ error: new EngineError(message.failure.kind, message.failure.detail) });
    }
  }

  async #openPart(file: number, pipe: number): Promise<void> {
    const assignment = this.#assignment;
    try {
      await assignment?.receiver.open(file, pipe);
      if (this.#assignment === assignment) this.#send({ kind: 'open', pipe });
    } catch (error) {
      // An order that has ended meanwhile waits for nothing.
      if (this.#assignment !== assignment) return;
      // The child waits for somebody to read what it has.
      this.#settle({ error });
      this.kill();
    }
  }

  async #provide(wanted: Wanted): Promise<void> {
    const assignment = this.#assignment;
    try {
      await assignment?.provision?.bring(wanted, this.#settings);
      if (this.#assignment === assignment) this.#send({ kind: 'held', turn: wanted.turn });
    } catch (error) {
      if (this.#assignment !== assignment) return;
      // The child waits for files that will not come.
      this.#settle({ error });
      this.kill();
    }
  }

  async #sendBatch(table: string): Promise<void> {
    const assignment = this.#assignment;
    try {
      const batch = await assignment?.batches.get(table)?.next();
      if (this.#assignment === assignment) this.#send({ kind: 'batch', columns: batch?.value ?? null });
    } catch (error) {
      // The caller's own rows failed. The child waits for a batch that will not come.
      this.#settle({ error });
      this.kill();
    }
  }
}
