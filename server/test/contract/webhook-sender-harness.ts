/** A sender and receivers of every kind; what a test starts is gone when it ends. */
import { onTestFinished } from 'vitest';
import { type ClosableWebhookSender, createWebhookSender, type WebhookSenderOptions } from '../../src/webhooks/send.ts';
import { type Listener, startReceiver, startSocketServer } from '../webhooks/receiver.ts';

async function started<Kind extends Listener>(starting: Promise<Kind>): Promise<Kind> {
  const listener = await starting;
  onTestFinished(() => listener.close());
  return listener;
}

export const receiver = (...from: Parameters<typeof startReceiver>) => started(startReceiver(...from));
export const socketServer = (...from: Parameters<typeof startSocketServer>) => started(startSocketServer(...from));

export function sender(options: Partial<WebhookSenderOptions> = {}): ClosableWebhookSender {
  const made = createWebhookSender({
    allow: ['127.0.0.0/8'],
    clock: () => new Date(),
    version: '1.2.3',
    lookup: () => Promise.reject(new Error('this test looks up no name')),
    ...options,
  });
  onTestFinished(() => made.close());
  return made;
}
