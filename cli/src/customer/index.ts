/** The customers' commands, and those of their parts with which others show a customer's side. */
export { CUSTOMER_COMMANDS, CUSTOMER_GROUPS } from './commands.ts';
export { downloadWithBar, waitWithBar } from './exports/follow-report-job.ts';
export { statusText } from './jobs/job-view.ts';
export { type ReceivedWebhook, startWebhookReceiver } from './webhooks/webhook-receiver.ts';
