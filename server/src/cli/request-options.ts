/** The options that every command with an export's request has. */
import { CSV_PROFILES, REPORT_TYPES } from '../core/job.ts';
import { choice, flag, text, texts, wholeNumber } from './options.ts';

export const REPORT = choice(REPORT_TYPES, { description: 'What to export. Default: property.' });

export const SELECTION = {
  ids: texts('<list>', { description: 'Property ids, separated by commas.' }),
  idsFile: text('<file>', { description: 'A file with one property id a line; - reads standard input.' }),
  columns: text('<list>', { description: 'Only these columns, in this order, separated by commas. Default: all.' }),
};

export const CSV_PROFILE = choice(CSV_PROFILES, {
  description: 'excel: byte order mark, CRLF, no formulas. Default: standard.',
});

export const NAMING = {
  name: text('<text>', { description: 'Your own word for the export.' }),
  callbackUrl: text('<url>', { description: 'Where the server posts the job when it has ended.' }),
};

/** Of every command that fetches the files of a file job. */
export const RESULT_OPTIONS = {
  output: text('<path>', {
    short: 'o',
    description:
      'A directory for the files, one file for all of them, or - for standard output. Default: here, called by the job’s id.',
  }),
  timeout: wholeNumber('<seconds>', 1, { description: 'Wait no longer than this; the job goes on.' }),
  restart: flag({ description: 'Download from the first byte, whatever is there.' }),
  force: flag({ description: 'Replace the file if it exists.' }),
};
