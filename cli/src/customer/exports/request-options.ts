/** The options of every command that takes an export's request. */
import { CSV_PROFILES, REPORT_TYPES } from '@conveyance/sdk';
import { choice, text, texts } from '../../terminal/options.ts';

export const REPORT = choice(REPORT_TYPES, { description: 'What to export. Default: property.' });

/** Properties by their ids. */
export const IDS = {
  ids: texts('<list>', { description: 'Property ids, numbers or UUIDs, separated by commas.' }),
  idsFile: text('<file>', {
    description: 'A file with one property id per line, or with the output of a search; - reads standard input.',
  }),
};

export const SELECTION = {
  ...IDS,
  list: text('<list>', {
    description:
      'In the place of ids: the name or id of a saved list, or @all for everything that the account may see.',
  }),
  columns: text('<list>', { description: 'Only these columns, in this order, separated by commas. Default: all.' }),
};

export const CSV_PROFILE = choice(CSV_PROFILES, {
  description: 'excel: byte order mark, CRLF, no formulas. Default: standard.',
});

export const NAMING = {
  name: text('<text>', { description: 'Your own name for the export.' }),
  callbackUrl: text('<url>', { description: 'Where the server posts the job when it ends.' }),
};

/** Flags by the names of the request's fields. */
export const EXPORT_FIELDS = {
  report_type: '--report',
  output_format: '--format',
  property_ids: '--ids',
  property_list: '--list',
  columns: '--columns',
  compression: '--compression',
  csv_profile: '--csv-profile',
  name: '--name',
  callback_url: '--callback-url',
};

/** The same of a list that comes in pages. */
export const PAGE_FIELDS = { per_page: '--per-page', page: '--page' };
