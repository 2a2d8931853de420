/** From the options of `details` to the request, before anything is sent. */
import { DETAIL_TYPES, type DetailsRequest, type DetailType } from '@conveyance/sdk';
import { isCalendarDay } from '../../terminal/days.ts';
import { usage } from '../../terminal/errors.ts';

export interface DetailsOptions {
  /** Names, separated by commas. */
  readonly type: string | undefined;
  /** `DATE` or `TYPE=DATE`. */
  readonly updated: readonly string[];
  readonly noPii: boolean;
}

function detailType(word: string, where: string): DetailType {
  const type = DETAIL_TYPES.find((known) => known === word);
  if (type !== undefined) return type;
  throw usage(`${where}: "${word}" is not a detail type; the types are: ${DETAIL_TYPES.join(', ')}`);
}

function readUpdated(words: readonly string[], types: readonly DetailType[]): NonNullable<DetailsRequest['updated']> {
  const days = words.map((word) => {
    const [name, day] = word.includes('=') ? word.split('=', 2) : [null, word];
    if (day === undefined || !isCalendarDay(day)) throw usage(`--updated takes a day (2025-01-31); got "${word}"`);
    return { type: name === null || name === undefined ? null : detailType(name, '--updated'), day };
  });
  const [bare] = days.filter(({ type }) => type === null);
  if (bare !== undefined && days.length > 1)
    throw usage('--updated DATE applies to every type: give it once and by itself');
  if (bare !== undefined) return bare.day;
  const stray = days.find(({ type }) => type !== null && !types.includes(type));
  if (stray !== undefined) throw usage(`--updated ${stray.type}=…: ${stray.type} is not in --type`);
  return Object.fromEntries(days.map(({ type, day }) => [type, day]));
}

/** What is requested for each property. */
export function readDetailsFields({
  type = 'basic',
  updated,
  noPii,
}: DetailsOptions): Omit<DetailsRequest, 'property_ids'> {
  const types = [...new Set(type.split(',').map((word) => detailType(word.trim(), '--type')))];
  return {
    detail_type: types,
    ...(updated.length > 0 && { updated: readUpdated(updated, types) }),
    ...(noPii && { filters: { filter_pii: true } }),
  };
}
