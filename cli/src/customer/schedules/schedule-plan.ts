/** From the options of `schedules create` to the request. */
import type {
  Compression,
  Conveyance,
  OnIncomplete,
  OutputFormat,
  ScheduleFrequency,
  ScheduleRange,
  ScheduleRequest,
  Weekday,
} from '@conveyance/sdk';
import { usage } from '../../terminal/errors.ts';
import type { World } from '../../terminal/world.ts';
import { namesProperties, type RequestOptions, readExport, WHICH } from '../exports/export-plan.ts';

export interface ScheduleOptions extends RequestOptions {
  readonly every: ScheduleFrequency | undefined;
  readonly day: number | undefined;
  readonly weekday: Weekday | undefined;
  readonly at: string | undefined;
  readonly zone: string | undefined;
  readonly range: ScheduleRange | undefined;
  readonly days: number | undefined;
  readonly deadlineHours: number | undefined;
  readonly onIncomplete: OnIncomplete | undefined;
  readonly format: OutputFormat | undefined;
  readonly compression: Compression | undefined;
}

const USUAL_RANGES = {
  monthly: 'previous_month',
  weekly: 'previous_week',
  daily: 'yesterday',
} as const satisfies Record<ScheduleFrequency, ScheduleRange>;

/** Throws with all missing options together. The server says what else is wrong with them. */
export async function readScheduleRequest(
  client: Conveyance,
  options: ScheduleOptions,
  world: World,
): Promise<ScheduleRequest> {
  const { every, day, weekday, at, zone, range, days, deadlineHours, onIncomplete, format, compression } = options;
  const hasProperties = namesProperties(options);
  if (every === undefined || at === undefined || !hasProperties) {
    const missing = [every === undefined && '--every', at === undefined && '--at', !hasProperties && WHICH];
    throw usage(`missing: ${missing.filter(Boolean).join(', ')}`);
  }
  return {
    frequency: every,
    ...(day !== undefined && { day_of_month: day }),
    ...(weekday !== undefined && { weekday }),
    time: at,
    time_zone: zone ?? new Intl.DateTimeFormat().resolvedOptions().timeZone,
    range: range ?? (days === undefined ? USUAL_RANGES[every] : 'trailing_n_days'),
    ...(days !== undefined && { days }),
    ...(deadlineHours !== undefined && { data_deadline_hours: deadlineHours }),
    ...(onIncomplete !== undefined && { on_incomplete: onIncomplete }),
    output_format: format ?? 'parquet',
    ...(compression !== undefined && { compression }),
    ...(await readExport(client, options, world)),
  };
}
