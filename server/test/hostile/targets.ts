/** Every route of the table of operations, with a request of each shape: made out of the good request of its row in the access matrix. */
import type { InjectOptions } from 'fastify';
import type { World } from '../security/access-world.ts';
import { operationOf, type Target, targetsOf } from '../security/hostile-requests.ts';
import { type FormBody, parameters, uploads } from './form-shapes.ts';
import { headsOf, type More } from './head-shapes.ts';
import { jsonBodies } from './json-shapes.ts';
import type { Pace, RawRequest } from './raw-request.ts';
import type { Shape } from './shapes.ts';

/** By `SMALL_BODY_BYTES` of `http/server/fastify.ts`. */
const SMALL_BODY_BYTES = 64 * 1024;
const PAIRS = 'application/x-www-form-urlencoded';

export interface Aim {
  readonly route: string;
  /** Who counts its requests. */
  readonly door: 'bulk' | 'reonomy' | 'open';
  /** Another route goes the same way. */
  readonly isAlias: boolean;
  /** The largest body that it takes; 0 where it takes none. */
  readonly bodyBytes: number;
  /** What must be so before a good request. */
  readonly before: (() => Promise<void>) | undefined;
  /** At most so large. */
  requests(shape: Shape, bodyBytes: number): readonly RawRequest[];
}

const PACES: Readonly<Partial<Record<Shape, Pace>>> = { 'half-sent': 'half', slow: 'slow' };

function addressOf({ url, query }: InjectOptions, more = ''): string {
  const path = typeof url === 'string' ? url : (url?.pathname ?? '/');
  const good =
    typeof query === 'object' ? new URLSearchParams(query as Record<string, string>).toString() : (query ?? '');
  const all = [good, more].filter((each) => each !== '').join('&');
  if (all === '') return path;
  return `${path}${path.includes('?') ? '&' : '?'}${all}`;
}

/** With the headers of the good request, but for its body's. */
function headOf(
  good: InjectOptions,
  { query, headers = [] }: More,
  body?: { readonly type: string; readonly bytes: number },
) {
  const own = Object.entries(good.headers ?? {}).filter(([name]) => !/^content-/i.test(name));
  const lines = [
    `${good.method} ${addressOf(good, query)} HTTP/1.1`,
    'host: 127.0.0.1',
    'connection: close',
    'user-agent: hostile',
    ...own.filter(([name]) => name.toLowerCase() !== 'user-agent').map(([name, value]) => `${name}: ${value}`),
    ...(body === undefined ? [] : [`content-type: ${body.type}`, `content-length: ${body.bytes}`]),
    ...headers,
  ];
  return `${lines.join('\r\n')}\r\n\r\n`;
}

function bodiesOf(target: Target, shape: Shape, limit: number): readonly FormBody[] {
  const { payload } = target.good;
  if (payload instanceof FormData) return uploads(shape, limit);
  const asJson = jsonBodies(shape, payload, limit).map((bytes) => ({ contentType: 'application/json', bytes }));
  if (!target.document?.body?.contentTypes.includes(PAIRS)) return asJson;
  return [...asJson, ...parameters(shape, payload as Readonly<Record<string, string>>, limit)];
}

function withBody(target: Target, shape: Shape, limit: number): readonly RawRequest[] {
  const pace = PACES[shape] ?? 'whole';
  return bodiesOf(target, shape, limit).map(({ contentType, bytes }) => {
    const type = { type: contentType, bytes: bytes.length };
    return { head: headOf(target.good, {}, bytes.length === 0 ? undefined : type), body: bytes, pace };
  });
}

function withoutBody({ good, document }: Target, shape: Shape): readonly RawRequest[] {
  const names = Object.keys(document?.query?.shape ?? {});
  const goodBytes = headOf(good, {}).length;
  const pace = PACES[shape] ?? 'whole';
  return headsOf(shape, names, goodBytes).map((more) => ({ head: headOf(good, more), body: new Uint8Array(), pace }));
}

function doorOf(route: string): Aim['door'] {
  const [, path = ''] = route.split(' ');
  if (/^\/(?:api\/)?v2\//.test(path)) return 'reonomy';
  return /\/api\/v1\//.test(path) ? 'bulk' : 'open';
}

/** The longest body of the route's operation: a form has limits of its own, which its shapes keep. */
function bodyLimitOf({ route, good }: Target): number {
  const [method = '', path = ''] = route.split(' ');
  if (method !== 'POST' && method !== 'PATCH') return 0;
  if (good.payload instanceof FormData) return Number.POSITIVE_INFINITY;
  // The operation is the same under every prefix.
  const inner = path.replace(/^(?:\/apartmentiq)?\/api\/v1|^(?:\/api)?\/v2/, '');
  return operationOf(method, inner)?.bodyLimit ?? SMALL_BODY_BYTES;
}

/** The attacker is a tenant: what a key of his meets at the operators' door is what is attacked. */
function asTenant(target: Target, { first }: World): Target {
  if (!target.route.includes(' /admin/v1/')) return target;
  return { ...target, good: { ...target.good, headers: { authorization: `Bearer ${first.token}` } } };
}

/** Webhooks go to a receiver of ours. */
function withoutStrangers(target: Target, sink: string): Target {
  const { payload } = target.good;
  if (typeof payload !== 'object' || payload === null || !('url' in payload)) return target;
  return { ...target, good: { ...target.good, payload: { ...payload, url: sink } } };
}

/** @param sink the only address to which the server may send a webhook */
export async function aimsOf(world: World, sink: string): Promise<readonly Aim[]> {
  const targets = (await targetsOf(world)).map((target) => asTenant(withoutStrangers(target, sink), world));
  return targets.map((target) => {
    const bodyBytes = bodyLimitOf(target);
    return {
      route: target.route,
      door: doorOf(target.route),
      isAlias: target.isAlias,
      bodyBytes,
      before: target.before,
      requests: (shape, most) =>
        bodyBytes === 0 ? withoutBody(target, shape) : withBody(target, shape, Math.min(bodyBytes, most)),
    };
  });
}
