import { execFileSync } from 'node:child_process';
import { mkdirSync, rmSync } from 'node:fs';
import type { EngineProgress } from '../../core/ports/engine.ts';
import type { EngineFailure } from '../../core/ports/engine-error.ts';
import { OTHERS, PRIVATE_DIRECTORY_MODE } from '../../core/ports/store.ts';
import {
  type ChildSettings,
  type Failure,
  type FromChild,
  type Order,
  type PackedBatch,
  pipesOf,
  type ToChild,
} from '../protocol.ts';
import { Cage } from './cage.ts';
import { perform, type Skills } from './perform.ts';
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

/** The child's environment is empty. */
const PROGRAMS = '/usr/bin:/bin:/usr/local/bin';

/** Node has no call for it. */
function makePipes(settings: ChildSettings): void {
  execFileSync('mkfifo', ['-m', '600', ...Object.values(pipesOf(settings))], { env: { PATH: PROGRAMS } });
}

/** Executes the parent's orders, one at a time, each in its own database, until the parent ends the process or dies. */
export async function serveOrders(settings: ChildSettings, skills: Skills, channel: Channel): Promise<void> {
  // Accessible to their owner only: all files that the engine writes hold customers' rows, and it gives them no mode of its own.
  process.umask(OTHERS);
  mkdirSync(settings.spillDirectory, { recursive: true, mode: PRIVATE_DIRECTORY_MODE });
  makePipes(settings);
  const shapes = new FileShapes();
  let next = Cage.open();
  let cancel: () => void = () => undefined;
  let deliver: (batch: PackedBatch | null) => void = () => undefined;
  let opened: () => void = () => undefined;

  channel.onDisconnect(() => {
    rmSync(settings.spillDirectory, { recursive: true, force: true });
    // Not process.exit(): it waits for the threads of a running query.
    process.kill(process.pid, 'SIGKILL');
  });

  function nextBatch(table: string): Promise<PackedBatch | null> {
    return new Promise((resolve) => {
      deliver = resolve;
      channel.send({ kind: 'next', table });
    });
  }

  function openFile(): Promise<void> {
    return new Promise((resolve) => {
      opened = resolve;
      channel.send({ kind: 'file' });
    });
  }

  async function answer(order: Order): Promise<FromChild> {
    let cancelled = false;
    cancel = () => {
      cancelled = true;
    };
    const cage = await next;
    cancel = () => {
      cage.cancel();
      // The parent may have nothing more to send.
      deliver(null);
      opened();
    };
    if (cancelled) cancel();
    try {
      const onProgress = (progress: EngineProgress) => channel.send({ kind: 'progress', progress });
      return {
        kind: 'done',
        result: await perform(order, { cage, settings, shapes, skills }, { nextBatch, openFile, onProgress }),
      };
    } catch (error) {
      return { kind: 'failed', failure: describeFailure(error) };
    } finally {
      cancel = () => undefined;
      cage.close();
    }
  }

  channel.onMessage((message) => {
    if (message.kind === 'interrupt') cancel();
    else if (message.kind === 'batch') deliver(message.columns);
    else if (message.kind === 'open') opened();
    else {
      void answer(message.order).then((reply) => {
        next = Cage.open();
        channel.send(reply);
        setImmediate(collectGarbage);
      });
    }
  });
  await next;
  channel.send({ kind: 'ready' });
}
