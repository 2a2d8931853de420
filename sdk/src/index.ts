export {
  BatchClient,
  type BatchClientOptions,
  type FileJobListOptions,
  type PropertyOptions,
  type SearchOptions,
} from './batch-client.ts';
export type { OpenResultFile, ResultFile, ResultLinks, ResumePoint } from './batch-results.ts';
export type * from './batch-types.ts';
export { Conveyance, type ConveyanceOptions, type Properties } from './client.ts';
export {
  ApiError,
  ConveyanceError,
  FileJobFailedError,
  IntegrityError,
  JobFailedError,
  NetworkError,
  type Quota,
  WaitTimeoutError,
  WebhookVerificationError,
} from './errors.ts';
export type { FollowOptions } from './events.ts';
export type { CallOptions, CreateOptions, Jobs, ListOptions, OpenOptions, OpenResult } from './jobs.ts';
export type * from './schedule-types.ts';
export type { Schedules } from './schedules.ts';
export type * from './types.ts';
export { type VerifyOptions, verifyWebhook, type WebhookRequest } from './verify-webhook.ts';
export type { WaitOptions } from './wait.ts';
export type { DeliveryListOptions, Webhooks } from './webhooks.ts';
