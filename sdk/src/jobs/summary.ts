/** What a job’s files hold, as figures. */
import type { ResultSummary } from '../contract/types.ts';
import { type Answer, isRecord, unexpectedAnswer } from '../transport/exchange.ts';

function isSummary(body: unknown): body is ResultSummary {
  return isRecord(body) && Array.isArray(body['columns']) && Array.isArray(body['charts']);
}

export function readSummary(answer: Answer): ResultSummary {
  if (!isSummary(answer.body)) throw unexpectedAnswer(answer, 'no summary in the answer');
  return answer.body;
}
