/** Secrets over a line that others can read. */

const LOOPBACK = /^(?:localhost|.+\.localhost|127(?:\.\d{1,3}){3}|\[::1\])$/i;

const warned = new Set<string>();
/** A program that follows links to ever new hosts must not fill its memory with them. */
const MOST_REMEMBERED = 1000;

/** Called with one sentence. */
export type Warn = (message: string) => void;

/** Warns, once in this process for each server, if what goes to the URL can be read on its way: credentials, links, the data. */
export function warnOfPlainHttp(url: string, warn: Warn): void {
  if (!URL.canParse(url)) return;
  const { protocol, hostname, origin } = new URL(url);
  if (protocol !== 'http:' || LOOPBACK.test(hostname) || warned.has(origin)) return;
  if (warned.size < MOST_REMEMBERED) warned.add(origin);
  warn(`${origin} is not encrypted: whoever is on the way can read the secret and the data; use https`);
}
