/** A customer's way to read a file: to its end, and on from where the connection broke. */
import { createHash } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';

const PATIENCE_MS = 120_000;
const PAUSE_MS = 200;

export interface FileRead {
  readonly sha256: string;
  readonly bytes: number;
  /** How often it was cut off, and gone on with. */
  readonly resumed: number;
}

export interface ReadOptions {
  /** Between two pieces: a customer may be slow. */
  readonly pauseMs?: number;
  readonly patienceMs?: number;
  /** Called with all that is not the file, or 503 with the time to come back. */
  readonly onFault: (what: string) => void;
}

/** Null where it could not be had, or was not waited for any longer. */
export async function readFileOf(
  link: string,
  { pauseMs = 0, patienceMs = PATIENCE_MS, onFault }: ReadOptions,
): Promise<FileRead | null> {
  const hash = createHash('sha256');
  let bytes = 0;
  let resumed = -1;
  for (const deadline = Date.now() + patienceMs; Date.now() < deadline; ) {
    resumed += 1;
    const before = bytes;
    try {
      const headers = bytes > 0 ? { range: `bytes=${bytes}-` } : undefined;
      const answer = await fetch(link, headers === undefined ? {} : { headers });
      const isOneAfterTheEnd = answer.status === 416 && answer.headers.get('content-range') === `bytes */${bytes}`;
      if (isOneAfterTheEnd) return { sha256: hash.digest('hex'), bytes, resumed };
      if (answer.status !== (bytes > 0 ? 206 : 200)) {
        const isTemporary = answer.status === 503 && answer.headers.get('retry-after') !== null;
        const text = await answer.text();
        if (!isTemporary) {
          onFault(`${new URL(link).pathname} from byte ${bytes}: ${answer.status} ${text.slice(0, 200)}`);
          return null;
        }
        resumed -= 1;
        await delay(PAUSE_MS);
        continue;
      }
      for await (const piece of answer.body ?? []) {
        hash.update(piece);
        bytes += piece.length;
        if (pauseMs > 0) await delay(pauseMs);
      }
      return { sha256: hash.digest('hex'), bytes, resumed };
    } catch {
      // Cut off, or not even begun.
      if (bytes === before) resumed -= 1;
      await delay(PAUSE_MS);
    }
  }
  return null;
}
