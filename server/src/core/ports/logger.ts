/** The log, for operators. */

/** One line per event. Fields named `secret`, `token`, `authorization` and the like are redacted by the adapter. */
export interface Logger {
  info(event: string, fields?: Readonly<Record<string, unknown>>): void;
  warn(event: string, fields?: Readonly<Record<string, unknown>>): void;
  error(event: string, fields?: Readonly<Record<string, unknown>>): void;
}
