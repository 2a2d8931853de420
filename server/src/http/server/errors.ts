/** The only translator from what was thrown to what is answered. */
import type { FastifyReply, FastifyRequest } from 'fastify';
import { ConveyanceError, ERRORS, type ErrorCode } from '../../core/errors.ts';
import type { Deps } from '../../core/ports/deps.ts';
import { MS_PER_SECOND } from '../../core/time.ts';
import { type ErrorBody, errorBody } from '../../wire/apartmentiq/errors.ts';
import { BODY_LENGTH_DIFFERS, BODY_TOO_LARGE, unsupportedType } from '../bodies/refusals.ts';

/** How a contract refuses. */
export interface Refusing<Body extends object = object> {
  /** The body of the answer. */
  renderError(error: ConveyanceError): Body;
  /** Where the contract has another status than the catalogue. */
  readonly statuses?: Readonly<Partial<Record<ErrorCode, number>>>;
}

/** In the server's own words, which stand wherever no contract has others. */
const OUR_OWN: Refusing<ErrorBody> = { renderError: errorBody };

interface ErrorAnswer<Body> {
  readonly status: number;
  readonly body: Body;
  readonly error: ConveyanceError;
}

/** What the framework itself refuses, in the words of the catalogue. */
const FRAMEWORK_ERRORS: Readonly<Record<string, ConveyanceError>> = {
  FST_ERR_CTP_BODY_TOO_LARGE: BODY_TOO_LARGE,
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: BODY_LENGTH_DIFFERS,
  FST_ERR_BAD_URL: new ConveyanceError('invalid_parameter', 'The path is not valid percent-encoded UTF-8'),
  ECONNRESET: new ConveyanceError('invalid_parameter', 'The request body ended early'),
};

const INVALID_MEDIA_TYPE = 'FST_ERR_CTP_INVALID_MEDIA_TYPE';
const TOO_MANY_REQUESTS = 429;

const INTERNAL = new ConveyanceError(
  'internal',
  'The server failed; give the operator the X-Request-Id of this answer',
);

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : '';
}

/** What was thrown, with what only the request knows: the type of a body that no parser takes. */
export function withRequest(thrown: unknown, contentType: string | undefined, taken: readonly string[]): unknown {
  return codeOf(thrown) === INVALID_MEDIA_TYPE ? unsupportedType(contentType, taken, thrown) : thrown;
}

/** Only the request's own stream may end early; of any other connection that is reset its sender knows nothing. */
function isForeignReset(thrown: unknown, { raw }: Pick<FastifyRequest, 'raw'>): boolean {
  return codeOf(thrown) === 'ECONNRESET' && (raw.complete || !raw.destroyed);
}

/** The error as a customer may see it: `internal` for anything that was not written for a customer. */
export function toCustomerError(error: unknown): ConveyanceError {
  if (error instanceof ConveyanceError) {
    return error.code === 'internal' || ERRORS[error.code].status === null ? INTERNAL : error;
  }
  const code = codeOf(error);
  // If the client's connection broke off, the error has no system call; an error of one of our own connections has one, and is not the client's.
  if (error instanceof Error && 'syscall' in error) return INTERNAL;
  return (Object.hasOwn(FRAMEWORK_ERRORS, code) ? FRAMEWORK_ERRORS[code] : undefined) ?? INTERNAL;
}

/** A used-up quota is there again at its reset; only a status that asks to come back says when. */
function retryAfter({ retryAfterSeconds, quota }: ConveyanceError, status: number, now: Date): number | undefined {
  if (quota === undefined || status !== TOO_MANY_REQUESTS) return retryAfterSeconds;
  return Math.max(1, Math.ceil((Date.parse(quota.resetsOn) - now.getTime()) / MS_PER_SECOND));
}

function answerTo<Body extends object>(
  thrown: unknown,
  { renderError, statuses = {} }: Refusing<Body>,
): ErrorAnswer<Body> {
  const error = toCustomerError(thrown);
  return { error, status: statuses[error.code] ?? ERRORS[error.code].status ?? 500, body: renderError(error) };
}

export function toErrorAnswer(thrown: unknown): ErrorAnswer<ErrorBody> {
  return answerTo(thrown, OUR_OWN);
}

/** Answers with what was thrown, counts it, and logs our own faults. */
export function sendError(
  { log, meter, clock }: Pick<Deps, 'log' | 'meter' | 'clock'>,
  thrown: unknown,
  request: FastifyRequest,
  reply: FastifyReply,
  refusing: Refusing = OUR_OWN,
): void {
  const { contentTypes = [] } = request.routeOptions.config;
  const explained = isForeignReset(thrown, request)
    ? INTERNAL
    : withRequest(thrown, request.headers['content-type'], contentTypes);
  const { error, status, body } = answerTo(explained, refusing);
  const retryAfterSeconds = retryAfter(error, status, clock());
  meter.errorAnswered(error.code);
  if (status >= 500) log.error('request_failed', { request_id: request.id, error: thrown });
  if (retryAfterSeconds !== undefined) reply.header('retry-after', retryAfterSeconds);
  reply.code(status).type('application/json; charset=utf-8').send(body);
}
