/** Answers to input that never becomes a request: they are written to the bare socket, which is then closed. */
import { STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import { ConveyanceError } from '../../core/errors.ts';
import type { Ids } from '../../core/ports/clock.ts';
import { toErrorAnswer } from './errors.ts';

const TOO_SLOW = new ConveyanceError('request_timeout', 'The request came too slowly and was cut off');
const TOO_LARGE = new ConveyanceError('headers_too_large', 'The headers are longer than 16 KiB');
const NOT_HTTP = new ConveyanceError('invalid_parameter', 'The request is not valid HTTP/1.1');

function answerAndClose(socket: Socket, error: ConveyanceError, requestId: string): void {
  const { status, body } = toErrorAnswer(error);
  const text = JSON.stringify(body);
  const lines = [
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}`,
    'Content-Type: application/json; charset=utf-8',
    `Content-Length: ${Buffer.byteLength(text)}`,
    `X-Request-Id: ${requestId}`,
    'X-Content-Type-Options: nosniff',
    'Connection: close',
    ...(error.retryAfterSeconds === undefined ? [] : [`Retry-After: ${error.retryAfterSeconds}`]),
  ];
  if (socket.writable) socket.write(`${lines.join('\r\n')}\r\n\r\n${text}`);
  socket.destroySoon();
}

export function refuseSlowUpload(socket: Socket, requestId: string): void {
  answerAndClose(socket, TOO_SLOW, requestId);
}

/** For a connection that is one too many. */
export function refuseConnection(error: ConveyanceError, socket: Socket, ids: Ids): void {
  answerAndClose(socket, error, ids());
}

/** For the server's `clientError`: headers that arrived too slowly, were too long, or were not HTTP. */
export function refuseMalformed(error: { readonly code?: string }, socket: Socket, ids: Ids): void {
  if (error.code === 'ECONNRESET' || socket.destroyed) return;
  if (error.code === 'ERR_HTTP_REQUEST_TIMEOUT') answerAndClose(socket, TOO_SLOW, ids());
  else if (error.code === 'HPE_HEADER_OVERFLOW') answerAndClose(socket, TOO_LARGE, ids());
  else answerAndClose(socket, NOT_HTTP, ids());
}
