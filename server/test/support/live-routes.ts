/** The routes that a server really has, as the framework hears of each. */
import type { FastifyInstance } from 'fastify';

export interface LiveRoutes {
  /** `GET /api/v1/usage`, in the router's form. */
  readonly served: Set<string>;
  /** By path, the methods that are refused there with 405: one route of the framework, and no operation of the server. */
  readonly refused: Map<string, readonly string[]>;
}

/** Listens for the routes of an app that has none yet. Complete once the app is ready. */
export function recordRoutes(app: FastifyInstance): LiveRoutes {
  const routes: LiveRoutes = { served: new Set(), refused: new Map() };
  app.addHook('onRoute', ({ method, url }) => {
    // A list of methods is how the door refuses all others than those it serves.
    if (typeof method === 'string') routes.served.add(`${method} ${url}`);
    else routes.refused.set(url, method);
  });
  return routes;
}
