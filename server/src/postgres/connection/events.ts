import { setTimeout as delay } from 'node:timers/promises';
import type pg from 'pg';
import { type Events, TOPICS, type Topic } from '../../core/ports/database/events.ts';
import { hasCode, WRONG_PASSWORD } from './error-codes.ts';
import { type ConnectionOptions, clientConfig } from './pool.ts';
import { ScramClient } from './scram-client.ts';

const FIRST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 5000;

type Listener = (payload: string) => void;

/** A dedicated connection that listens; everyone in this process shares it. */
export class PostgresEvents implements Events {
  readonly #options: ConnectionOptions;
  readonly #listeners = new Map<Topic, Set<Listener>>();
  readonly #closing = new AbortController();
  #client: pg.Client | null = null;
  #reconnecting: Promise<void> = Promise.resolve();

  constructor(options: ConnectionOptions) {
    this.#options = options;
  }

  subscribe(topic: Topic, listener: Listener): () => void {
    const listeners = this.#listeners.get(topic) ?? new Set();
    this.#listeners.set(topic, listeners.add(listener));
    return () => listeners.delete(listener);
  }

  #emit(topic: Topic, payload: string): void {
    for (const listener of this.#listeners.get(topic) ?? []) {
      try {
        listener(payload);
      } catch (error) {
        this.#options.log.error('event-listener-failed', { topic, error });
      }
    }
  }

  async open(): Promise<void> {
    const client = new ScramClient(clientConfig(this.#options));
    client.on('error', (error) => this.#options.log.warn('events-connection-lost', { error }));
    client.on('notification', ({ channel, payload }) => {
      const topic = TOPICS.find((name) => name === channel);
      if (topic !== undefined) this.#emit(topic, payload ?? '');
    });
    try {
      await client.connect();
      for (const topic of TOPICS) await client.query(`listen ${client.escapeIdentifier(topic)}`);
    } catch (error) {
      await client.end();
      throw error;
    }
    client.once('end', () => {
      this.#client = null;
      this.#emit('job-changed', '');
      if (!this.#closing.signal.aborted) this.#reconnecting = this.#reconnect();
    });
    this.#client = client;
  }

  /**
   * What was published meanwhile is lost. Those waiting for tasks or deliveries are told to look, and those following jobs that they
   * missed something; a running job also learns from its next heartbeat that it ended elsewhere.
   */
  async #reconnect(): Promise<void> {
    const { log } = this.#options;
    const { signal } = this.#closing;
    for (let pause = FIRST_PAUSE_MS; !signal.aborted; pause = Math.min(pause * 2, LONGEST_PAUSE_MS)) {
      try {
        await this.open();
        log.info('events-connection-back');
        this.#emit('task-ready', '');
        this.#emit('delivery-ready', '');
        this.#emit('job-changed', '');
        return;
      } catch (error) {
        if (hasCode(error, WRONG_PASSWORD)) this.#options.password?.refused();
        log.warn('events-connection-refused', { error });
        await delay(pause, undefined, { signal }).catch(() => undefined);
      }
    }
  }

  async close(): Promise<void> {
    this.#closing.abort();
    this.#listeners.clear();
    await this.#reconnecting;
    await this.#client?.end();
  }
}
