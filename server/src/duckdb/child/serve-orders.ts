import { mkdirSync, rmSync } from 'node:fs';
import type { EngineProgress } from '../../core/ports/engine.ts';
import type { EngineFailure } from '../../core/ports/engine-error.ts';
import type { FoundPart } from '../../core/ports/engine-session.ts';
import { OTHERS, PRIVATE_DIRECTORY_MODE } from '../../core/ports/store.ts';
import { makePipes } from '../make-pipes.ts';
import {
  type ChildSettings,
  type Failure,
  type FromChild,
  type Order,
  type OrderResult,
  type PackedBatch,
  pipePaths,
  type ToChild,
} from '../protocol.ts';
import { Cages } from './cages.ts';
import { type Conversation, perform, type Skills } from './perform.ts';
import { FileShapes } from './views.ts';

/** The child's end of the channel. */
export interface Channel {
  send(message: FromChild): void;
  onMessage(listener: (message: ToChild) => void): void;
  /** The parent is gone, for whatever reason. */
  onDisconnect(listener: () => void): void;
}

/**
 * What a large order left is collected while the child is idle. Otherwise it stays until another order needs the space, which then takes
 * its own: a server that matched 100,000 rows again and again grew to 1,500 MiB instead of 950.
 */
const LARGE_HEAP_BYTES = 134_217_728;

function collectGarbage(): void {
  if (process.memoryUsage().heapUsed > LARGE_HEAP_BYTES) globalThis.gc?.();
}

/** The engine tells its errors apart by their words only. Disk before memory: a full spill directory is reported as lack of memory. */
const SIGNS: readonly { readonly kind: EngineFailure; readonly words: RegExp }[] = [
  { kind: 'disk', words: /max_temp_directory_size|No space left on device|ENOSPC|Disk quota exceeded|EDQUOT/ },
  { kind: 'memory', words: /Out of Memory Error|bad_alloc|Cannot allocate memory|ENOMEM/i },
];

export function describeFailure(error: unknown): Failure {
  const detail = error instanceof Error ? error.message : String(error);
  return { kind: SIGNS.find(({ words }) => words.test(detail))?.kind ?? 'statement', detail };
}

/** What the child asks of its parent, and is told, while it does an order. */
class Talk implements Conversation {
  readonly #channel: Channel;
  #deliver: (batch: PackedBatch | null) => void = () => undefined;
  /** By pipe, what waits until somebody reads it. */
  readonly #opened = new Map<number, () => void>();
  /** By turn, what waits until its files, or its rows, are here. */
  readonly #held = new Map<number, () => void>();

  constructor(channel: Channel) {
    this.#channel = channel;
  }

  readonly nextBatch = (table: string): Promise<PackedBatch | null> =>
    new Promise((resolve) => {
      this.#deliver = resolve;
      this.#channel.send({ kind: 'next', table });
    });

  readonly openPart = (file: number, pipe: number): Promise<void> =>
    new Promise((resolve) => {
      this.#opened.set(pipe, resolve);
      this.#channel.send({ kind: 'part', file, pipe });
    });

  readonly hold = (turn: number, keys: readonly string[]): Promise<void> =>
    new Promise((resolve) => {
      this.#held.set(turn, resolve);
      this.#channel.send({ kind: 'hold', turn, keys });
    });

  readonly fetch = (turn: number, { file, range }: FoundPart): Promise<void> =>
    new Promise((resolve) => {
      this.#held.set(turn, resolve);
      this.#channel.send({ kind: 'fetch', turn, file, range });
    });

  readonly letGo = (turn: number): void => {
    this.#held.delete(turn);
    this.#channel.send({ kind: 'let-go', turn });
  };

  readonly onProgress = (progress: EngineProgress): void => this.#channel.send({ kind: 'progress', progress });

  /** The answer to one of them. */
  answered(message: Extract<ToChild, { readonly kind: 'batch' | 'open' | 'held' }>): void {
    if (message.kind === 'batch') this.#deliver(message.columns);
    else if (message.kind === 'held') this.#held.get(message.turn)?.();
    else this.#opened.get(message.pipe)?.();
  }

  /** The parent may have nothing more to say. */
  end(): void {
    this.#deliver(null);
    for (const resolve of [...this.#opened.values(), ...this.#held.values()]) resolve();
  }
}

interface Done {
  readonly reply: FromChild;
  /** Null for an order that failed. */
  readonly result: OrderResult | null;
}

async function done(work: Promise<OrderResult>): Promise<Done> {
  try {
    const result = await work;
    return { reply: { kind: 'done', result }, result };
  } catch (error) {
    return { reply: { kind: 'failed', failure: describeFailure(error) }, result: null };
  }
}

/** Executes the parent's orders, one at a time, each in a database that has nothing of others, until the parent ends the process or dies. */
export async function serveOrders(settings: ChildSettings, skills: Skills, channel: Channel): Promise<void> {
  // Accessible to their owner only: all files that the engine writes hold customers' rows, and it gives them no mode of its own.
  process.umask(OTHERS);
  // First: the parent may have died while this process was being started.
  channel.onDisconnect(() => {
    rmSync(settings.spillDirectory, { recursive: true, force: true });
    // Not process.exit(): it waits for the threads of a running query.
    process.kill(process.pid, 'SIGKILL');
  });
  mkdirSync(settings.spillDirectory, { recursive: true, mode: PRIVATE_DIRECTORY_MODE });
  makePipes(pipePaths(settings));
  const shapes = new FileShapes();
  const cages = new Cages();
  const talk = new Talk(channel);
  let working = Promise.resolve();
  let cancel: () => void = () => undefined;

  async function answer(order: Order, isCancelled: () => boolean): Promise<void> {
    const held = await cages.take(order);
    cancel = () => {
      held.cage.cancel();
      talk.end();
    };
    if (isCancelled()) cancel();
    const { reply, result } = await done(perform(order, { held, settings, shapes, skills }, talk));
    cancel = () => undefined;
    // The order is done; what is left to do is between orders, and the next one waits for it.
    channel.send(reply);
    await cages.giveBack(held, result);
    setImmediate(collectGarbage);
  }

  function begin(order: Order): void {
    // It may be cancelled while what the one before has left is taken away.
    let isCancelled = false;
    cancel = () => {
      isCancelled = true;
    };
    working = working.then(() => answer(order, () => isCancelled));
  }

  channel.onMessage((message) => {
    if (message.kind === 'interrupt') cancel();
    else if (message.kind === 'start') begin(message.order);
    else talk.answered(message);
  });
  await cages.ready();
  channel.send({ kind: 'ready' });
}
