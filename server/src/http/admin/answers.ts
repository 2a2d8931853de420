/** What operators' operations have in common. */
import { operatorOf } from '../../jobs/operator/actor.ts';
import { badRequest, refused, UNAUTHORIZED } from '../server/answers.ts';
import type { Call, ProtectedOperation, ResponseDocument } from '../server/operation.ts';

export const OPERATE = 'operate the server' satisfies ProtectedOperation['permission'];

/** Of bodies with a list of ids, as long as it may be there. */
export const ID_LIST_BYTES = 2 * 1024 * 1024;

export const BAD_REQUEST: ResponseDocument = badRequest({
  'Invalid Parameter': { code: 'invalid_parameter', message: 'limit must be an integer between 1 and 100' },
});

export const ACCOUNT_NOT_FOUND = refused(
  'There is no such account',
  'not_found',
  'There is no account ed49987b-6539-4e9e-8a63-2bcd811ef0ec',
);

/** The answers of an operation, with those that all of them have. */
export function responses(
  answer: ResponseDocument,
  others: Readonly<Record<number, ResponseDocument>> = {},
): Readonly<Record<number, ResponseDocument>> {
  return { 200: answer, 400: BAD_REQUEST, 401: UNAUTHORIZED, ...others };
}

/** Of an operation whose good answer has another status than 200. */
export function refusals(
  others: Readonly<Record<number, ResponseDocument>> = {},
): Readonly<Record<number, ResponseDocument>> {
  return { 400: BAD_REQUEST, 401: UNAUTHORIZED, ...others };
}

/** Who asks, as the verbs want it. */
export function operator({ caller }: Pick<Call, 'caller'>) {
  return operatorOf(caller);
}
