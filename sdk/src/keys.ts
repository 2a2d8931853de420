/** The account's access keys and personal tokens. */

import type { IssuedKey, Key, KeyList, KeyRequest, RevokedKey } from './contract/types.ts';
import type { CallOptions } from './transport/call-options.ts';
import { type Answer, isRecord, unexpectedAnswer } from './transport/exchange.ts';
import type { Transport } from './transport/transport.ts';

const PATH = '/keys';

export interface RotateOptions extends CallOptions {
  /** How long the old key still works. A day when left out. */
  readonly overlapSeconds?: number;
}

/** What the account's programs prove themselves by. It takes the scope `keys`, and no key can be made that may do more than whoever makes it. */
export class Keys {
  readonly #transport: Transport;

  constructor(transport: Transport) {
    this.#transport = transport;
  }

  /** The newest hundred, ended ones too, and never with a secret. */
  async list({ signal }: CallOptions = {}): Promise<readonly Key[]> {
    const answer = await this.#transport.send({ method: 'GET', path: PATH, repeatable: true, signal });
    if (!isKeyList(answer.body)) throw unexpectedAnswer(answer, 'no list of keys in the answer');
    return answer.body.keys;
  }

  /** The secret is in this answer alone. It is sent again only if the server has certainly not accepted it. */
  async create(request: KeyRequest, { signal }: CallOptions = {}): Promise<IssuedKey> {
    const call = { method: 'POST', path: PATH, body: request, repeatable: false, signal } as const;
    return readIssued(await this.#transport.send(call));
  }

  /** A successor with the same name and scopes; the old key ends after the overlap. */
  async rotate(credentialId: string, { overlapSeconds, signal }: RotateOptions = {}): Promise<IssuedKey> {
    const path = `${pathOf(credentialId)}/rotate`;
    const body = overlapSeconds === undefined ? {} : { overlap_seconds: overlapSeconds };
    return readIssued(await this.#transport.send({ method: 'POST', path, body, repeatable: false, signal }));
  }

  /** Within five seconds it opens nothing. Revoking twice is fine. */
  async revoke(credentialId: string, { signal }: CallOptions = {}): Promise<RevokedKey> {
    const path = pathOf(credentialId);
    const answer = await this.#transport.send({ method: 'DELETE', path, repeatable: true, signal });
    if (!isRevoked(answer.body)) throw unexpectedAnswer(answer, 'no revoked key in the answer');
    return answer.body;
  }
}

function pathOf(credentialId: string): string {
  return `${PATH}/${encodeURIComponent(credentialId)}`;
}

function readIssued(answer: Answer): IssuedKey {
  if (!isIssued(answer.body)) throw unexpectedAnswer(answer, 'no key with its secret in the answer');
  return answer.body;
}

function isKey(value: unknown): value is Key {
  return isRecord(value) && typeof value['credential_id'] === 'string' && Array.isArray(value['scopes']);
}

function isKeyList(body: unknown): body is KeyList {
  return isRecord(body) && Array.isArray(body['keys']) && body['keys'].every(isKey);
}

function isIssued(body: unknown): body is IssuedKey {
  return isRecord(body) && isKey(body['key']) && typeof body['secret'] === 'string';
}

function isRevoked(body: unknown): body is RevokedKey {
  return isRecord(body) && isKey(body['key']) && typeof body['schedules_in_need'] === 'number';
}
