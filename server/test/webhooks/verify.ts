/** Deliveries judged by the reference library, as a customer would. */
import { Webhook } from 'standardwebhooks';
import type { Delivery } from './receiver.ts';

function headersOf({ headers }: Delivery): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)]));
}

/** The body that the library read from the delivery. Throws when the signature is not of that secret. */
export function verified(delivery: Delivery, secret: string): unknown {
  return new Webhook(secret).verify(delivery.body, headersOf(delivery));
}

export function idOf({ headers }: Delivery): string {
  return String(headers['webhook-id']);
}
