/** The customers' commands, and the parts of them that other programs use to show a customer's side. */
export { CUSTOMER_COMMANDS, CUSTOMER_GROUPS } from './commands.ts';
export { downloadWithBar, waitWithBar } from './exports/follow-report-job.ts';
export { statusText } from './jobs/job-view.ts';
export { type ReceivedWebhook, startWebhookReceiver } from './webhooks/webhook-receiver.ts';
