import type { DeliveryClaim } from '../core/ports/database/webhooks.ts';
import type { Deps } from '../core/ports/deps.ts';
import { Admission, NONE_WAITS } from '../core/turns/admission.ts';
import { DELIVERY_CAPS, DELIVERY_LEASE_SECONDS } from '../core/webhooks/delivery.ts';
import { BYTES_IN_FLIGHT } from '../core/webhooks/message-size.ts';
import { deliver } from '../jobs/webhooks/deliver.ts';
import { PAUSE_AFTER_ERROR_MS, WakeUp } from './wake-up.ts';

/** Also how late a retry may be: the shortest published delay is longer. */
const POLL_MS = 1000;
/** Tries mostly wait; the memory for their bodies has a limit of its own. */
const DEFAULT_SLOTS = 64;
/** Of them, those to one host: four hosts that hang are needed to hold up the messages to others, which two may at its cap over all workers. */
const PART_OF_HOST = 1 / 4;

export interface DeliveryWorkerOptions {
  /** How long tries may continue once the worker is told to stop. */
  readonly drainMs: number;
  /** Simultaneous tries in this process. */
  readonly slots?: number;
}

/** Sends webhooks as they become due. Any number of workers may run on one database. */
export class DeliveryWorker {
  readonly #deps: Deps;
  readonly #drainMs: number;
  readonly #tries: Admission;
  readonly #wakeUp = new WakeUp();
  readonly #underWay = new Set<Promise<void>>();
  readonly #inFlight = new Admission(BYTES_IN_FLIGHT);
  readonly #interruption = new AbortController();
  #stopping = false;
  #paused = false;
  #loop: Promise<void> = Promise.resolve();
  #unsubscribe: () => void = () => undefined;

  constructor(deps: Deps, { drainMs, slots = DEFAULT_SLOTS }: DeliveryWorkerOptions) {
    this.#deps = deps;
    this.#drainMs = drainMs;
    this.#tries = new Admission({
      name: 'tries at webhooks',
      perHolder: Math.max(1, Math.floor(slots * PART_OF_HOST)),
      inAll: slots,
      ...NONE_WAITS,
    });
  }

  start(): void {
    this.#unsubscribe = this.#deps.db.subscribe('delivery-ready', () => this.#wakeUp.wake());
    this.#loop = this.#run();
  }

  /** Starts no more tries, lets those in progress finish for a while, then interrupts them: they are not counted. */
  async stop(): Promise<void> {
    this.#stopping = true;
    this.#wakeUp.wake();
    const drain = setTimeout(() => this.#interruption.abort(new Error('the worker stops')), this.#drainMs);
    await this.#loop;
    await Promise.all(this.#underWay);
    clearTimeout(drain);
    this.#unsubscribe();
  }

  /** Starts no more tries until it is resumed; those in progress go on. */
  pause(): void {
    this.#paused = true;
  }

  resume(): void {
    this.#paused = false;
    this.#wakeUp.wake();
  }

  async #run(): Promise<void> {
    const { db, log } = this.#deps;
    while (!this.#stopping) {
      // Read before the claim: a delivery that becomes due during it must not be missed.
      const { generation } = this.#wakeUp;
      try {
        const { hasRoom, full: notTo } = this.#tries;
        const claim =
          hasRoom && !this.#paused
            ? await db.deliveries.claim({ ...DELIVERY_CAPS, notTo, leaseSeconds: DELIVERY_LEASE_SECONDS })
            : null;
        if (claim === null) await this.#wakeUp.sleep(generation, POLL_MS);
        else this.#begin(claim);
      } catch (error) {
        log.error('delivery-worker-error', { error });
        if (!this.#stopping) await this.#wakeUp.sleep(this.#wakeUp.generation, PAUSE_AFTER_ERROR_MS);
      }
    }
  }

  #begin(claim: DeliveryClaim): void {
    const { signal } = this.#interruption;
    const release = this.#tries.enter(claim.host);
    const trying = deliver(this.#deps, claim, { signal, random: Math.random(), inFlight: this.#inFlight })
      .catch((error: unknown) => this.#deps.log.error('delivery-interrupted', { deliveryId: claim.id, error }))
      .finally(() => {
        release();
        this.#underWay.delete(trying);
        // A message to the same host may have waited for this one.
        this.#wakeUp.wake();
      });
    this.#underWay.add(trying);
  }
}
