/** The server as the page sees it: the SDK with the session of the browser, as everybody else calls it. */
import { Conveyance } from '@conveyance/sdk';

export const client = new Conveyance({ url: window.location.origin, session: true, maxTries: 3, silenceMs: 30_000 });
