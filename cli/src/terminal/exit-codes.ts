/** What the process says to the shell. */

export const EXIT_CODES = {
  ok: { code: 0, meaning: 'Done.' },
  other: { code: 1, meaning: 'Something else went wrong; the message says what.' },
  usage: { code: 2, meaning: 'The command, an option, a setting or a field of the request is wrong.' },
  notFound: { code: 3, meaning: 'The job, account, key or file does not exist, or no longer exists.' },
  auth: { code: 4, meaning: 'The credentials are missing, wrong, or not allowed to do this.' },
  quota: { code: 5, meaning: 'The account’s monthly quota does not allow it; waiting a little does not help.' },
  timeout: { code: 6, meaning: 'The job has not ended in the time given; it continues.' },
  jobFailed: { code: 7, meaning: 'The job failed or was cancelled.' },
  integrity: { code: 8, meaning: 'What arrived does not match the server’s manifest; nothing was kept.' },
  network: { code: 9, meaning: 'The server could not be reached, or the connection broke and could not be restored.' },
  tooMany: {
    code: 10,
    meaning:
      'The request rate is used up, or the share of what one may have or have under way at once; the message says of what, and when to try again.',
  },
  jobInProgress: { code: 11, meaning: 'A batch job of the access key has not ended; the next one has to wait for it.' },
  interrupted: { code: 130, meaning: 'Ctrl-C.' },
} as const satisfies Record<string, { code: number; meaning: string }>;

export type Ending = keyof typeof EXIT_CODES;
