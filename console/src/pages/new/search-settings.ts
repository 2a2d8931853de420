/** The settings of a search as they are typed, and as they are sent. */
import { SETTING_KINDS, type SearchSettings } from '@conveyance/sdk';

/** One setting: values with commas between, or two bounds, or yes and no. */
export interface SettingDraft {
  readonly name: string;
  /** Of texts and flags. */
  readonly value: string;
  readonly min: string;
  readonly max: string;
}

export function emptySetting(name: string): SettingDraft {
  return { name, value: '', min: '', max: '' };
}

/** What is not a number is sent as typed: the server says what is wrong with it. */
function boundOf(text: string, isNumber: boolean): number | string {
  return isNumber && Number.isFinite(Number(text)) ? Number(text) : text.trim();
}

function rangeOf({ min, max }: SettingDraft, isNumber: boolean) {
  return {
    ...(min.trim() !== '' && { min: boundOf(min, isNumber) }),
    ...(max.trim() !== '' && { max: boundOf(max, isNumber) }),
  };
}

/** Undefined where nothing was typed: that asks for nothing. */
function askedBy(draft: SettingDraft): unknown {
  const kind = SETTING_KINDS[draft.name];
  if (kind === 'flag') return draft.value === '' ? undefined : draft.value === 'yes';
  if (kind === 'numbers' || kind === 'days') {
    const range = rangeOf(draft, kind === 'numbers');
    return Object.keys(range).length === 0 ? undefined : range;
  }
  const values = draft.value.split(',').map((each) => each.trim());
  const given = values.filter((each) => each !== '');
  return given.length === 0 ? undefined : given;
}

export function settingsFrom(drafts: readonly SettingDraft[]): SearchSettings {
  const pairs = drafts.map((draft) => [draft.name, askedBy(draft)] as const).filter(([, value]) => value !== undefined);
  // What was typed is sent unchanged, and the server judges it.
  return Object.fromEntries(pairs) as SearchSettings;
}
