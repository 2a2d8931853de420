/** Connections to the database that prove knowledge of the password and never send it. */
import pg from 'pg';
import { ConveyanceError } from '../../core/errors.ts';

/** What the server may ask for, by the driver's name for it. An MD5 answer can be used in place of the password, and the password can be found from it. */
const REFUSED = {
  authenticationCleartextPassword: 'in clear text',
  authenticationMD5Password: 'as an MD5 hash',
} as const;

/**
 * A connection that logs in by SCRAM, or without a password if the server asks for none. The driver would answer any request: a local
 * user who takes the embedded server's port while that server is down would only have to ask for its password.
 */
export class ScramClient extends pg.Client {
  constructor(config?: string | pg.ClientConfig) {
    super(config);
    for (const [request, form] of Object.entries(REFUSED)) {
      // We handle the message before the driver does: what the driver then writes goes nowhere.
      this.connection.prependListener(request, () => this.#refuse(form));
    }
  }

  #refuse(form: string): void {
    this.connection.stream.destroy();
    const error = new ConveyanceError(
      'weak_authentication',
      `The database at ${this.host}:${this.port} asks for the password ${form}, which an eavesdropper could learn; it was not sent. Make ` +
        'sure that the server there is yours. Then set its password_encryption to scram-sha-256, set the password of the role ' +
        `${this.user} again, and set scram-sha-256 for it in pg_hba.conf`,
    );
    this.connection.emit('error', error);
  }
}
