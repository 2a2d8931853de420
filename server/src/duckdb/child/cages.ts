/** The databases that a child works in: a new one for each order, or the last one again for an order of the same kind. */
import { MS_PER_SECOND } from '../../core/time.ts';
import type { Order, OrderResult } from '../protocol.ts';
import { Cage } from './cage.ts';
import { fileIdentity } from './views.ts';

/**
 * To make a database costs 8 to 9 ms of processor time, to lock it and to show it the files 0.8 times as much again. Both are a small job's
 * largest cost, and nothing beside a large one, whose database would keep what it has cached.
 */
const MOST_ROWS = 20_000;
const MOST_ORDERS = 200;
const LONGEST_KEPT_MS = 60 * MS_PER_SECOND;

/** A database, and what it was locked for. */
export interface Held {
  readonly cage: Cage;
  /** What orders must have in common to be done in it; null for one that only this order may use. */
  readonly purpose: string | null;
  /** Whether it is locked and shows the files already. */
  readonly isFurnished: boolean;
}

interface Kept {
  readonly cage: Cage;
  readonly purpose: string;
  readonly madeAtMs: number;
  readonly orders: number;
}

/**
 * Orders that write and read exactly the same files, at the same declared columns: what one of them reaches, the other does. Size and time of
 * the files guard against a path that is reused. What programs do in their database is their own, so theirs is used once.
 */
async function purposeOf(order: Order): Promise<string | null> {
  // What is here in turns is not here yet.
  if (order.kind !== 'write' || order.turns !== null || order.found !== null) return null;
  const { tables } = order.sources;
  const paths = Object.values(tables).flatMap((table) => table.paths);
  return JSON.stringify([tables, await Promise.all(paths.map(fileIdentity))]);
}

/** At most two: one that is new, made while the child has nothing else to do, and one that is kept. */
export class Cages {
  #spare: Promise<Cage> = Cage.open();
  #kept: Kept | null = null;
  /** Of the database that is in use. */
  #madeAtMs = 0;
  #orders = 0;

  async ready(): Promise<void> {
    await this.#spare;
  }

  async take(order: Order): Promise<Held> {
    const purpose = await purposeOf(order);
    const kept = this.#kept;
    this.#kept = null;
    if (kept !== null) {
      const isYoung = performance.now() - kept.madeAtMs < LONGEST_KEPT_MS && kept.orders < MOST_ORDERS;
      if (isYoung && kept.purpose === purpose) {
        this.#madeAtMs = kept.madeAtMs;
        this.#orders = kept.orders;
        return { cage: kept.cage, purpose, isFurnished: true };
      }
      kept.cage.close();
    }
    const cage = await this.#spare;
    this.#madeAtMs = performance.now();
    this.#orders = 0;
    this.#spare = Cage.open();
    // Told to whoever takes it.
    this.#spare.catch(() => undefined);
    return { cage, purpose, isFurnished: false };
  }

  /** Keeps the database of an order that succeeded, emptied of what the order put there, or closes it. */
  async giveBack({ cage, purpose }: Held, result: OrderResult | null): Promise<void> {
    const rows = result?.rows.reduce((sum, each) => sum + each, 0) ?? Number.POSITIVE_INFINITY;
    if (purpose === null || rows > MOST_ROWS || !(await emptied(cage))) {
      cage.close();
      return;
    }
    this.#kept = { cage, purpose, madeAtMs: this.#madeAtMs, orders: this.#orders + 1 };
  }
}

async function emptied(cage: Cage): Promise<boolean> {
  try {
    return await cage.empty();
  } catch {
    // Whatever the reason, a new one is as good.
    return false;
  }
}
