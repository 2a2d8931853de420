/** All cases that are kept. */
import type { BenchCase } from '../frame/figures.ts';
import { coldStart } from './cold-start.ts';
import { creates } from './creates.ts';
import { details } from './details.ts';
import { downloads } from './downloads.ts';
import { growth } from './growth.ts';
import { largeExportS3 } from './large-export-s3.ts';
import { largeExports } from './large-exports.ts';
import { listeners } from './listeners.ts';
import { load } from './load.ts';
import { match } from './match.ts';
import { queue } from './queue.ts';
import { replaceDay } from './replace-day.ts';
import { search } from './search.ts';
import { smallJobs } from './small-jobs.ts';
import { status } from './status.ts';
import { statusUnderLoad } from './status-under-load.ts';

export const CASES: readonly BenchCase[] = [
  largeExports,
  largeExportS3,
  smallJobs,
  creates,
  status,
  statusUnderLoad,
  growth,
  details,
  search,
  match,
  load,
  replaceDay,
  queue,
  downloads,
  listeners,
  coldStart,
];
