/** The client for a Conveyance server, for browsers and Node. Everything that needs a file system is in node.ts. */

export {
  ApiError,
  ConveyanceError,
  CredentialsError,
  CsvHeaderError,
  FileJobFailedError,
  IntegrityError,
  NetworkError,
  type Quota,
  ReportJobFailedError,
  WaitTimeoutError,
  WebhookVerificationError,
} from './contract/errors.ts';
export { SETTING_KINDS, type SettingKind } from './contract/search-settings.ts';
export * from './contract/types.ts';
export { Conveyance, type ConveyanceOptions } from './conveyance.ts';
export type { FollowOptions } from './jobs/events.ts';
export type { CreateOptions, ExportListOptions, Exports } from './jobs/exports.ts';
export type { FileJobListOptions, Files } from './jobs/files.ts';
export type { WaitOptions } from './jobs/wait.ts';
export type { Keys, RotateOptions } from './keys.ts';
export type { Lists } from './lists.ts';
export type { Properties, PropertyOptions, SearchOptions } from './properties.ts';
export type { OpenResultFile, ResultFile, ResultLinks } from './results/file-links.ts';
export type { OpenOptions, OpenResult, ResumePoint } from './results/open-result.ts';
export type { Schedules } from './schedules.ts';
export { readCsvHeader } from './tables/csv-header.ts';
export {
  ADDRESS_PARAMETERS,
  COORDINATE_PARAMETERS,
  findMatchColumns,
  type MatchColumns,
} from './tables/match-columns.ts';
export { type MatchVerdict, VerdictReader } from './tables/verdict-reader.ts';
export type { CallOptions, PageOptions } from './transport/call-options.ts';
export { type VerifyOptions, verifyWebhook, type WebhookRequest } from './verify-webhook.ts';
export type { DeliveryListOptions, Webhooks } from './webhooks.ts';
