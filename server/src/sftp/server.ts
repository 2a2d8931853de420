/** The SFTP door: who may connect, how many at a time, and who must leave. */
import { createServer, type Server, type Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { cannotListen, isConveyanceError } from '../core/errors.ts';
import { callerOf } from '../core/logins/credentials.ts';
import { LoginThrottle } from '../core/logins/login-throttle.ts';
import { SftpConnection } from './connection.ts';
import type { HostKeys } from './host-key.ts';
import { SFTP_LIMITS, type SftpLimits } from './limits.ts';
import { Places } from './places.ts';
import type { SftpDeps } from './session.ts';

export interface SftpOptions {
  readonly deps: SftpDeps;
  /** As they are at the moment of a connection. */
  readonly hostKeys: () => HostKeys;
  readonly limits?: Partial<SftpLimits>;
}

export interface SftpAddress {
  readonly host: string;
  readonly port: number;
  /** `SHA256:…` */
  readonly fingerprint: string;
}

const DRAIN_POLL_MS = 50;

export class SftpServer {
  readonly #deps: SftpDeps;
  readonly #hostKeys: () => HostKeys;
  readonly #limits: SftpLimits;
  readonly #throttle: LoginThrottle;
  readonly #places: Places;
  readonly #connections = new Set<SftpConnection>();
  readonly #server: Server;
  #unsubscribe: () => void = () => undefined;
  #recheck: NodeJS.Timeout | undefined;

  constructor({ deps, hostKeys, limits = {} }: SftpOptions) {
    this.#deps = deps;
    this.#hostKeys = hostKeys;
    this.#limits = { ...SFTP_LIMITS, ...limits };
    this.#throttle = new LoginThrottle(deps.clock);
    this.#places = new Places(this.#limits);
    this.#server = createServer((socket) => this.#connect(socket));
  }

  /** Where it listens, and the key by which clients recognise it; null until it does. */
  get address(): SftpAddress | null {
    const address = this.#server.address();
    if (address === null || typeof address === 'string') return null;
    return { host: address.address, port: address.port, fingerprint: this.#hostKeys()[0].fingerprint };
  }

  /** Starts listening, for port 0 on a free one. Throws `bad_setting` if it cannot. */
  async listen({ host, port }: { readonly host: string; readonly port: number }): Promise<void> {
    const { db, log } = this.#deps;
    await new Promise<void>((resolve, reject) => this.#server.once('error', reject).listen(port, host, resolve)).catch(
      (cause: unknown) => {
        throw cannotListen({ host, port }, 'CONVEYANCE_SFTP_HOST, CONVEYANCE_SFTP_PORT', cause);
      },
    );
    this.#server.on('error', (error) => log.error('sftp-server-failed', { error }));
    this.#unsubscribe = db.subscribe('credential-revoked', (id) => this.#cutCredential(id));
    this.#recheck = setInterval(() => void this.#recheckCallers(), this.#limits.recheckMs).unref();
  }

  /** Accepts no new connections, lets transfers finish for a while, and cuts off the rest. */
  async close(drainMs: number): Promise<void> {
    this.#unsubscribe();
    clearInterval(this.#recheck);
    const closed = new Promise((resolve) => this.#server.close(resolve));
    const deadline = performance.now() + drainMs;
    for (;;) {
      this.#cutIf(({ isBusy }) => !isBusy || performance.now() >= deadline);
      if (this.#connections.size === 0) break;
      await delay(DRAIN_POLL_MS);
    }
    await closed;
  }

  #connect(socket: Socket): void {
    const { remoteAddress: address } = socket;
    // The parts that use the socket see the error too; without a listener it would end the process.
    socket.on('error', () => socket.destroy());
    // Without an address it is gone already.
    const isWelcome = address !== undefined && !this.#throttle.isLocked(address);
    const leave = isWelcome ? this.#places.stranger(address, () => socket.destroy()) : null;
    if (leave === null) {
      socket.destroy();
      return;
    }
    const connection = new SftpConnection(
      {
        deps: this.#deps,
        hostKeys: this.#hostKeys().map(({ privateKey }) => privateKey),
        limits: this.#limits,
        throttle: this.#throttle,
        admit: (admitted) => {
          leave();
          return this.#admit(admitted, socket);
        },
      },
      socket,
    );
    this.#connections.add(connection);
    socket.once('close', () => {
      leave();
      this.#connections.delete(connection);
    });
  }

  #admit({ caller, address }: SftpConnection, socket: Socket): boolean {
    const accountId = caller?.accountId ?? '';
    const leave = this.#places.session(accountId);
    if (leave === null) {
      this.#deps.log.warn('sftp-session-refused', { accountId, address, sessions: this.#places.sessionsOf(accountId) });
      return false;
    }
    socket.once('close', leave);
    return true;
  }

  #cutIf(isOver: (connection: SftpConnection) => boolean): void {
    for (const connection of this.#connections) if (isOver(connection)) connection.cut();
  }

  #cutCredential(id: string): void {
    this.#cutIf(({ caller }) => caller?.credentialId === id);
  }

  /** Cuts off sessions whose credentials were revoked without our hearing of it. While the database is away, none: nothing can be opened then anyway. */
  async #recheckCallers(): Promise<void> {
    const credentials = new Set([...this.#connections].flatMap(({ caller }) => caller?.credentialId ?? []));
    try {
      for (const id of credentials) {
        const caller = await callerOf(this.#deps, id).catch((error: unknown) => {
          if (isConveyanceError(error, 'account_suspended')) return null;
          throw error;
        });
        if (caller === null) this.#cutCredential(id);
      }
    } catch (error) {
      this.#deps.log.warn('sftp-recheck-failed', { error });
    }
  }
}
