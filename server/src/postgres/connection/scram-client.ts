/** Connections to the database that prove knowledge of the password, have the server prove it too, and never send it. */
import pg from 'pg';
import { ConveyanceError } from '../../core/errors.ts';

/** What the server may ask for, by the driver's name for it. An MD5 answer can be used in place of the password, and the password can be found from it. */
const REFUSED = {
  authenticationCleartextPassword: 'in clear text',
  authenticationMD5Password: 'as an MD5 hash',
} as const;
const REFUSED_FORMS: ReadonlyMap<string | symbol, string> = new Map(Object.entries(REFUSED));
/** What ends a log-in: either is enough for the driver to begin with its queries. */
const LOGGED_IN: ReadonlySet<string | symbol> = new Set(['authenticationOk', 'readyForQuery']);
const SERVERS_PROOF = 'authenticationSASLFinal';
/** All that the driver is to hear of a connection that failed: not the messages that came together with the refused one. */
const HEARD_AFTER_FAILURE: ReadonlySet<string | symbol> = new Set(['error', 'end']);

/**
 * A connection that logs in by SCRAM; without a password, also to a server that asks for none. The driver would answer any request, and
 * would believe any server that lets it in: a local user who takes the embedded server's place while that server is down would only have
 * to ask for its password, or to answer its queries.
 */
export class ScramClient extends pg.Client {
  /** The driver checks it, and reports a wrong one as an error. */
  #isProofSent = false;
  #hasFailed = false;

  constructor(config?: string | pg.ClientConfig) {
    super(config);
    // Queries and `end` tell that a connection is lost. Nobody has to listen for the error itself, which would end the process: it comes also
    // while a connection is being closed, when whoever used it has forgotten it.
    this.on('error', () => undefined);
    const { connection } = this;
    const tell = connection.emit.bind(connection);
    connection.emit = (event: string | symbol, ...values: unknown[]) => this.#admits(event) && tell(event, ...values);
  }

  /** False for a message that the driver must not see. */
  #admits(event: string | symbol): boolean {
    if (this.#hasFailed) return HEARD_AFTER_FAILURE.has(event);
    if (event === 'error') this.#fail();
    else if (event === SERVERS_PROOF) this.#isProofSent = true;
    else if (LOGGED_IN.has(event) && !this.#isProofSent && this.password) return this.#refuse(this.#unproved());
    const form = REFUSED_FORMS.get(event);
    return form === undefined || this.#refuse(this.#asksInForm(form));
  }

  #fail(): void {
    this.#hasFailed = true;
    this.connection.stream.destroy();
  }

  #refuse(message: string): false {
    this.#fail();
    this.connection.emit('error', new ConveyanceError('weak_authentication', message));
    return false;
  }

  get #place(): string {
    return this.host.startsWith('/') ? this.host : `${this.host}:${this.port}`;
  }

  #asksInForm(form: string): string {
    return (
      `The database at ${this.#place} asks for the password ${form}, which an eavesdropper could learn; it was not sent. Make ` +
      'sure that the server there is yours. Then set its password_encryption to scram-sha-256, set the password of the role ' +
      `${this.user} again, and set scram-sha-256 for it in pg_hba.conf`
    );
  }

  #unproved(): string {
    return (
      `The database at ${this.#place} lets us in without a proof that it knows the password, so anyone may have put it there; it was ` +
      `sent no query. Make sure that the server there is yours. Then set scram-sha-256 for the role ${this.user} in pg_hba.conf, or, ` +
      'where it is to let us in without a password, take the password out of DATABASE_URL'
    );
  }
}
