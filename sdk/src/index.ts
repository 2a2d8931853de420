export { Conveyance, type ConveyanceOptions, type Properties } from './client.ts';
export {
  ApiError,
  ConveyanceError,
  IntegrityError,
  JobFailedError,
  NetworkError,
  type Quota,
  WaitTimeoutError,
} from './errors.ts';
export type { FollowOptions } from './events.ts';
export type { CallOptions, Jobs, ListOptions, OpenOptions, OpenResult } from './jobs.ts';
export type * from './types.ts';
export type { WaitOptions } from './wait.ts';
