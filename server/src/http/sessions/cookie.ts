/** The cookie of a session (RFC 6265): the one thing that a browser sends without being asked. */
import type { FastifyReply, FastifyRequest } from 'fastify';

/**
 * A name with `__Host-` is taken only from https, for this host alone and for all its paths: no page of a neighbouring host can set one.
 * Without https there is no such promise, and the name must not claim it.
 */
export function cookieName(publicUrl: string): string {
  return publicUrl.startsWith('https:') ? '__Host-conveyance-session' : 'conveyance-session';
}

function attributes(publicUrl: string): string {
  const secure = publicUrl.startsWith('https:') ? '; Secure' : '';
  // The interfaces that the page calls are at several paths of the root.
  return `; Path=/; HttpOnly; SameSite=Strict${secure}`;
}

/** The session’s token; undefined if the browser has none. */
export function sessionCookie({ headers }: FastifyRequest, publicUrl: string): string | undefined {
  const name = `${cookieName(publicUrl)}=`;
  const pairs = (headers.cookie ?? '').split(';').map((pair) => pair.trim());
  return pairs.find((pair) => pair.startsWith(name))?.slice(name.length);
}

/** Without an age: the browser forgets it when it is closed, and the server after the session’s own end. */
export function setSessionCookie(reply: FastifyReply, publicUrl: string, token: string): void {
  reply.header('set-cookie', `${cookieName(publicUrl)}=${token}${attributes(publicUrl)}`);
}

export function clearSessionCookie(reply: FastifyReply, publicUrl: string): void {
  reply.header('set-cookie', `${cookieName(publicUrl)}=; Max-Age=0${attributes(publicUrl)}`);
}
