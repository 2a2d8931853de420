/** One connection: key exchange, log-in, and then one SFTP channel at a time. Nothing else is served: no shell, no command, no forwarding. */
import type { Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import ssh2, {
  type Algorithms,
  type AuthContext,
  type ServerChannel,
  type Session,
  type Connection as SshConnection,
} from 'ssh2';
import type { Caller } from '../core/access.ts';
import { isConveyanceError } from '../core/errors.ts';
import { authenticateKey } from '../core/logins/credentials.ts';
import type { LoginThrottle } from '../core/logins/login-throttle.ts';
import { serveChannel } from './channel.ts';
import type { SftpLimits } from './limits.ts';
import { type SftpDeps, SftpSession } from './session.ts';

/** The answer to clients that try other methods, as they do to learn which exist. */
const METHODS: ['password'] = ['password'];
/** Of any method, on one connection: a client that knows no password has nothing to try for longer. */
const MOST_ATTEMPTS = 20;

/** The client's first choice among these is used. No SHA-1, no CBC, and no large groups, whose exchange blocks the process for long. */
const ALGORITHMS: Algorithms = {
  kex: [
    'curve25519-sha256',
    'curve25519-sha256@libssh.org',
    'ecdh-sha2-nistp256',
    'ecdh-sha2-nistp384',
    'ecdh-sha2-nistp521',
    'diffie-hellman-group14-sha256',
  ],
  serverHostKey: ['ssh-ed25519', 'ecdsa-sha2-nistp256'],
  cipher: ['aes128-gcm@openssh.com', 'aes256-gcm@openssh.com', 'aes128-ctr', 'aes192-ctr', 'aes256-ctr'],
  hmac: ['hmac-sha2-256-etm@openssh.com', 'hmac-sha2-512-etm@openssh.com', 'hmac-sha2-256', 'hmac-sha2-512'],
  compress: ['none'],
};

export interface ConnectionTerms {
  readonly deps: SftpDeps;
  /** The private ones: OpenSSH's format, or PEM. */
  readonly hostKeys: readonly string[];
  readonly limits: SftpLimits;
  readonly throttle: LoginThrottle;
  /** Called once for each successful log-in: false if there are too many sessions. */
  admit(connection: SftpConnection): boolean;
}

/** Where clients show what the other end has to say beside the protocol: on the standard error of the channel, which then ends. */
function explain(ssh: Session, words: string): void {
  const tell = (channel: ServerChannel) => {
    channel.stderr.write(`${words}\r\n`);
    channel.exit(1);
    channel.end();
  };
  ssh.on('subsystem', (accept) => tell(accept()));
}

export class SftpConnection {
  readonly address: string;
  readonly #terms: ConnectionTerms;
  readonly #socket: Socket;
  readonly #over = new AbortController();
  #timer: NodeJS.Timeout;
  #caller: Caller | null = null;
  /** Why the right password opens nothing. */
  #refusal: string | null = null;
  #attempts = 0;
  #failures = 0;
  #session: SftpSession | null = null;

  constructor(terms: ConnectionTerms, socket: Socket) {
    this.#terms = terms;
    this.#socket = socket;
    this.address = socket.remoteAddress ?? '';
    socket.setNoDelay(true);
    socket.once('close', () => {
      clearTimeout(this.#timer);
      this.#over.abort(new Error('the connection is closed'));
    });
    const { bannerMs, loginMs } = terms.limits;
    const startedAt = performance.now();
    this.#timer = setTimeout(() => this.cut(), Math.min(bannerMs, loginMs));
    // One server per socket: only so does the library let a connection know its socket, whose state it ignores itself.
    const server = new ssh2.Server({ hostKeys: [...terms.hostKeys], ident: 'conveyance', algorithms: ALGORITHMS });
    // Comes with the client's first line.
    server.on('connection', (client) => {
      this.#cutIn(Math.max(0, loginMs - (performance.now() - startedAt)));
      this.#serve(client);
    });
    server.injectSocket(socket);
  }

  /** Null until the log-in. */
  get caller(): Caller | null {
    return this.#caller;
  }

  get isBusy(): boolean {
    return this.#session?.isBusy ?? false;
  }

  /** Ends it immediately, whatever is in progress. */
  cut(): void {
    this.#socket.destroy();
  }

  #cutIn(ms: number): void {
    clearTimeout(this.#timer);
    if (!this.#over.signal.aborted) this.#timer = setTimeout(() => this.cut(), ms);
  }

  #serve(client: SshConnection): void {
    // The cause is a broken protocol or line; the socket closes by itself.
    client.on('error', () => this.cut());
    client.on('authentication', (context) => {
      this.#authenticate(context).catch((error: unknown) => {
        if (this.#over.signal.aborted) return;
        this.#terms.deps.log.error('sftp-login-failed', { address: this.address, error });
        this.cut();
      });
    });
    client.on('session', (accept, reject) => {
      if (this.#refusal !== null) return explain(accept(), this.#refusal);
      if (this.#session !== null || this.#caller === null) return reject();
      this.#session = new SftpSession(this.#terms.deps, this.#caller, this.#terms.limits);
      this.#offerSftp(accept(), this.#session);
    });
  }

  async #authenticate(context: AuthContext): Promise<void> {
    this.#attempts += 1;
    const isPassword = context.method === 'password' && typeof context.password === 'string';
    if (!isPassword) {
      if (this.#attempts > MOST_ATTEMPTS) return this.cut();
      return context.reject(METHODS);
    }
    const caller = await this.#recognise(context.username, context.password).catch((error: unknown) => {
      if (!isConveyanceError(error, 'account_suspended')) throw error;
      this.#refusal = error.message;
      return null;
    });
    if (this.#over.signal.aborted) return;
    if (this.#refusal !== null) {
      // A refused password cannot be explained; whoever knows it is let in as far as to read why nothing is there.
      this.#cutIn(this.#terms.limits.idleMs);
      context.accept();
      return;
    }
    if (caller === null) {
      this.#failures += 1;
      context.reject(METHODS);
      if (this.#failures >= this.#terms.limits.failedLogins) this.#socket.end();
      return;
    }
    this.#caller = { ...caller, address: this.address };
    if (!this.#terms.admit(this)) return this.cut();
    this.#cutIn(this.#terms.limits.idleMs);
    context.accept();
    this.#terms.deps.log.info('sftp-session', { accountId: caller.accountId, address: this.address });
  }

  /** The same for an unknown user as for a wrong secret. */
  async #recognise(user: string, secret: string): Promise<Caller | null> {
    const { deps, throttle } = this.#terms;
    if (throttle.isLocked(this.address)) return null;
    await delay(throttle.delayMs(user), undefined, { signal: this.#over.signal });
    const caller = await authenticateKey(deps, user, secret, this.address);
    if (caller === null) {
      throttle.failed(this.address, user);
      deps.log.warn('sftp-login-refused', { address: this.address });
    } else throttle.succeeded(user);
    return caller;
  }

  #offerSftp(ssh: Session, session: SftpSession): void {
    const closed = new AbortController();
    ssh.on('subsystem', (accept, reject, { name }) => {
      // A session is given one channel; the library answers a second request with none.
      const channel = name === 'sftp' ? accept() : undefined;
      if (channel === undefined) return reject();
      void this.#serveChannel(channel, session, AbortSignal.any([closed.signal, this.#over.signal]));
    });
    ssh.on('close', () => {
      this.#session = null;
      closed.abort(new Error('the channel is closed'));
    });
  }

  async #serveChannel(channel: ServerChannel, session: SftpSession, signal: AbortSignal): Promise<void> {
    const line = { channel, socket: this.#socket, signal };
    channel.on('error', () => this.cut());
    try {
      await serveChannel(line, session, () => this.#timer.refresh());
    } catch {
      // The client is gone, or what it sends is not SFTP: there is nobody to tell.
      if (!signal.aborted) this.cut();
    } finally {
      await session.close();
    }
  }
}
