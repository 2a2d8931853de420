import { type LevelWithSilent, pino } from 'pino';
import type { Logger } from '../core/ports/logger.ts';

/** One line of JSON per event, on standard error. */
export function createLogger(level: LevelWithSilent): Logger {
  const secretFields = ['secret', 'token', 'authorization', 'password', 'accessToken'];
  const log = pino(
    {
      level,
      messageKey: 'event',
      base: { pid: process.pid },
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      serializers: { error: pino.stdSerializers.err },
      redact: { paths: secretFields.flatMap((field) => [field, `*.${field}`]), censor: '[redacted]' },
    },
    pino.destination({ dest: 2, sync: true }),
  );
  return {
    info: (event, fields = {}) => log.info(fields, event),
    warn: (event, fields = {}) => log.warn(fields, event),
    error: (event, fields = {}) => log.error(fields, event),
  };
}
