/** The account's webhooks, on the sending side. */

import type { WebhookDelivery, WebhookDeliveryPage, WebhookSecret } from './contract/types.ts';
import type { CallOptions, PageOptions } from './transport/call-options.ts';
import { type Answer, isRecord, unexpectedAnswer } from './transport/exchange.ts';
import type { Transport } from './transport/transport.ts';

export interface DeliveryListOptions extends PageOptions {
  /** Only the delivery of this job. */
  readonly jobId?: string;
}

/** What became of the account's webhooks, and the secrets that sign them. */
export class Webhooks {
  readonly #transport: Transport;

  constructor(transport: Transport) {
    this.#transport = transport;
  }

  /** One page of deliveries, newest first, each with its latest tries. */
  async deliveries({ jobId, page, perPage, signal }: DeliveryListOptions = {}): Promise<WebhookDeliveryPage> {
    const path = '/webhook_deliveries';
    const query = { job_id: jobId, page, per_page: perPage };
    const answer = await this.#transport.send({ method: 'GET', path, query, repeatable: true, signal });
    if (!isDeliveryPage(answer.body)) throw unexpectedAnswer(answer, 'no list of deliveries in the answer');
    return answer.body;
  }

  async delivery(deliveryId: string, { signal }: CallOptions = {}): Promise<WebhookDelivery> {
    const path = deliveryPath(deliveryId);
    return readDelivery(await this.#transport.send({ method: 'GET', path, repeatable: true, signal }));
  }

  /** Sends it again immediately, under the same `webhook-id`. */
  async redeliver(deliveryId: string, { signal }: CallOptions = {}): Promise<WebhookDelivery> {
    const path = `${deliveryPath(deliveryId)}/redeliver`;
    return readDelivery(await this.#transport.send({ method: 'POST', path, repeatable: false, signal }));
  }

  /** Sends a signed test event to the URL, once. `delivery` tells the outcome. */
  async test(url: string, { signal }: CallOptions = {}): Promise<WebhookDelivery> {
    const path = '/webhooks/test';
    return readDelivery(await this.#transport.send({ method: 'POST', path, body: { url }, repeatable: false, signal }));
  }

  /** Those that sign now, newest first: one, or two for a day after a rotation. */
  async secrets({ signal }: CallOptions = {}): Promise<readonly WebhookSecret[]> {
    const path = '/webhooks/secret';
    return readSecrets(await this.#transport.send({ method: 'GET', path, repeatable: true, signal }));
  }

  /** Creates a new secret; the previous one also signs for a day. A second rotation within that time ends it immediately. */
  async rotateSecret({ signal }: CallOptions = {}): Promise<readonly WebhookSecret[]> {
    const path = '/webhooks/secret/rotate';
    return readSecrets(await this.#transport.send({ method: 'POST', path, repeatable: false, signal }));
  }
}

function deliveryPath(deliveryId: string): string {
  return `/webhook_deliveries/${encodeURIComponent(deliveryId)}`;
}

function readDelivery(answer: Answer): WebhookDelivery {
  if (!isDelivery(answer.body)) throw unexpectedAnswer(answer, 'no delivery in the answer');
  return answer.body;
}

function readSecrets(answer: Answer): readonly WebhookSecret[] {
  if (!isSecretList(answer.body)) throw unexpectedAnswer(answer, 'no secrets in the answer');
  return answer.body.secrets;
}

function isDelivery(body: unknown): body is WebhookDelivery {
  return isRecord(body) && typeof body['delivery_id'] === 'string' && Array.isArray(body['tries']);
}

function isDeliveryPage(body: unknown): body is WebhookDeliveryPage {
  return isRecord(body) && Array.isArray(body['deliveries']) && isRecord(body['pagination']);
}

function isSecretList(body: unknown): body is { readonly secrets: readonly WebhookSecret[] } {
  return isRecord(body) && Array.isArray(body['secrets']);
}
