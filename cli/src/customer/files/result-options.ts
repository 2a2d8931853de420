/** The options of every command that fetches the files of a file job. */
import { flag, text, wholeNumber } from '../../terminal/options.ts';

export const RESULT_OPTIONS = {
  output: text('<path>', {
    short: 'o',
    description:
      'A directory for the files, one file for all of them, or - for standard output. Default: the current directory, named after the job’s id.',
  }),
  timeout: wholeNumber('<seconds>', 1, { description: 'Wait no longer than this; the job continues.' }),
  restart: flag({ description: 'Download from the first byte, whatever is there already.' }),
  force: flag({ description: 'Replace the file if it exists.' }),
};
