/** A receiver's URL as a request names it: whether it may be called, and what to say if not. */
import { parseCallbackUrl } from '../../core/webhooks/callback-url.ts';
import { foreignPortOf } from '../../core/webhooks/foreign-ports.ts';

/** Checks a callback URL's literal address: what may be called is a rule of the webhook sender. */
export type AcceptsCallback = (url: string) => boolean;

/** What is wrong with the URL in the field; null if it may be called. */
export function callbackUrlFault(field: string, value: unknown, accepts: AcceptsCallback): string | null {
  if (typeof value === 'string') {
    const url = parseCallbackUrl(value);
    const port = url === null ? null : foreignPortOf(value);
    if (port !== null) {
      return `${field} names port ${port}, which belongs to another protocol than HTTP; use a port such as 443 or 8443`;
    }
    if (url !== null && accepts(value)) return null;
  }
  return `${field} must be a public http or https URL`;
}
