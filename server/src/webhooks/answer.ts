/** What we read of a receiver's answer: its status, its `Retry-After`, and the beginning of its text. */

const HEAD_BYTES = 1024;
/** PostgreSQL's text accepts every character but this one. */
const NUL = /\0/g;
const SECONDS_FORM = /^\d+$/;
/** Far beyond any schedule, and still an integer in every database. */
const LONGEST_SECONDS = 2_147_483_647;
/** RFC 9110: the form that senders must use, and two that recipients must still read. The last one names no zone; it is UTC. */
const DATE_FORMS =
  /^(\w{3}, \d\d \w{3} \d{4} [\d:]{8} GMT|\w{6,9}, \d\d-\w{3}-\d\d [\d:]{8} GMT|\w{3} \w{3} [ \d]\d [\d:]{8} \d{4})$/;

/** Seconds from `now`, never negative; null when the header is missing or says nothing that RFC 9110 allows. */
export function parseRetryAfter(header: string | readonly string[] | undefined, now: Date): number | null {
  if (typeof header !== 'string') return null;
  const text = header.trim();
  if (SECONDS_FORM.test(text)) return Math.min(Number(text), LONGEST_SECONDS);
  if (!DATE_FORMS.test(text)) return null;
  const at = Date.parse(text.endsWith('GMT') ? text : `${text} GMT`);
  if (Number.isNaN(at)) return null;
  return Math.min(Math.max(0, Math.ceil((at - now.getTime()) / 1000)), LONGEST_SECONDS);
}

/**
 * Reads up to `maxBytes`, so that a short answer is read to its end, and returns the first KiB as text. An interruption
 * is not an error: the status has already decided the outcome of the try.
 */
export async function readHead(body: AsyncIterable<Uint8Array>, maxBytes: number): Promise<string> {
  const head: Uint8Array[] = [];
  let bytes = 0;
  try {
    for await (const chunk of body) {
      if (bytes < HEAD_BYTES) head.push(chunk.subarray(0, HEAD_BYTES - bytes));
      bytes += chunk.length;
      if (bytes >= maxBytes) break;
    }
  } catch {
    // What has arrived so far is all there is.
  }
  // `stream` leaves out a character that the cut went through, instead of marking it as broken.
  const text = new TextDecoder().decode(Buffer.concat(head), { stream: bytes > HEAD_BYTES });
  return text.replace(NUL, '\uFFFD');
}
