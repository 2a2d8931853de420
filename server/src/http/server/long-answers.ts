/** Answers that repeat many ids: a list of a hundred jobs may be a gigabyte, made while it is read. */
import type { FastifyReply } from 'fastify';
import type { Caller } from '../../core/access.ts';
import type { Admission, SharedResource } from '../../core/turns/admission.ts';

/** Up to here an answer is made in one piece, with a Content-Length; a million ids are 10 MB of text and are streamed. */
export const IDS_IN_ONE_PIECE = 10_000;

/** Each holds the ids of one job, up to 8 MB, for as long as its reader takes. */
export const LONG_ANSWERS: SharedResource = {
  name: 'answers with many ids',
  perHolder: 4,
  inAll: 32,
  waitingPerHolder: 40,
  waitingInAll: 400,
  retryAfterSeconds: 2,
};

/** Waits for the account's turn, if the answer has many ids; until then nothing of it may be read. Given back when the answer is out. */
export async function awaitLongAnswer(
  longAnswers: Admission,
  { accountId }: Caller,
  reply: FastifyReply,
  ids: number,
): Promise<void> {
  if (ids <= IDS_IN_ONE_PIECE) return;
  const leaving = new AbortController();
  reply.raw.once('close', () => leaving.abort(new Error('the client is gone')));
  const release = await longAnswers.wait(accountId, leaving.signal);
  if (leaving.signal.aborted) release();
  else leaving.signal.addEventListener('abort', release, { once: true });
}
