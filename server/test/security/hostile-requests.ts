/** Requests with something hostile in them, made out of the good request of each row of the access matrix. */
import { randomUUID } from 'node:crypto';
import type { InjectOptions } from 'fastify';
import { ADMIN } from '../../src/http/admin/dialect.ts';
import { ADMIN_OPERATIONS, OPERATIONS } from '../../src/http/operations.ts';
import type { Operation, OperationDocument } from '../../src/http/server/operation.ts';
import { SEARCH_SETTINGS, type SearchSetting, type SettingKind } from '../../src/reports/details/search-settings.ts';
import { uuidOf } from '../support/file-jobs.ts';
import { operatorsRequests } from './access-admin.ts';
import { OPEN_ROWS, PROTECTED_DOORS } from './access-matrix.ts';
import { allPowerful, optionsOf, type Place, placesOf } from './access-probe.ts';
import { SHARED_PROPERTY, type World } from './access-world.ts';
import { hostileJson } from './hostile-json.ts';
import {
  CONTENT_TYPES,
  CSV_FILES,
  HEADER_TEXTS,
  HEADERS,
  JSON_BODIES,
  JSON_VALUES,
  TEXTS,
  URL_TEXTS,
} from './hostile-values.ts';

/** A route of the server, and a request that it answers as it should. */
export interface Target {
  /** `GET /api/v1/usage`: as the router names the route. */
  readonly route: string;
  /** Absent where nothing is documented. */
  readonly document?: OperationDocument;
  readonly good: InjectOptions;
  /** What must be so before each request. */
  readonly before?: () => Promise<void>;
  /** Served by the same operation as another route: its path and its query string are tried, and whole bodies. */
  readonly isAlias: boolean;
}

const SETTINGS: Readonly<Record<SettingKind, unknown>> = {
  texts: ['New York'],
  numbers: { min: 1, max: 2 },
  days: { min: '2025-01-01', max: '2025-12-31' },
  flag: true,
};

function settingsOf(settings: readonly SearchSetting[]): object {
  return { settings: Object.fromEntries(settings.map(({ name, kind }) => [name, SETTINGS[kind]])) };
}

const ONE_OF_EACH_KIND = settingsOf([...new Map(SEARCH_SETTINGS.map((setting) => [setting.kind, setting])).values()]);

/** @param of the customers' operations, unless others are given: both have some path of the same name. */
export function operationOf(method: string, path: string, of = OPERATIONS): Operation | undefined {
  const all: readonly Operation[] = [...of.dialects.flatMap(({ operations }) => operations), ...of.service];
  const wanted = (each: string) => (operation: Operation) => operation.method === each && operation.path === path;
  return all.find(wanted(method)) ?? (method === 'HEAD' ? all.find(wanted('GET')) : undefined);
}

async function protectedTarget(world: World, place: Place): Promise<Target> {
  const { row, base, method } = place;
  const [credential] = allPowerful(place, world.first);
  if (credential === undefined) throw new Error('no credential opens the door');
  const subject = (await row.names?.own(world, world.first, credential)) ?? '';
  const { payload, ...rest } = optionsOf(place, subject, credential);
  const document = operationOf(method, row.path)?.document;
  // A search for anything at all is all that a row of the matrix needs.
  const full = row.path === '/search/summaries' ? ONE_OF_EACH_KIND : payload;
  const { before } = row;
  return {
    route: `${method} ${base}${row.path}`,
    isAlias: method === 'HEAD' || base !== place.door.bases[0],
    good: { ...rest, ...(full !== undefined && { payload: full }) },
    ...(document && { document }),
    ...(before && { before: () => before(world, world.first, credential) }),
  };
}

const FORM = 'application/x-www-form-urlencoded';
const GRANT = { grant_type: 'client_credentials', scope: 'data:read' };
/** Of open routes that stand for many things, one that there is. */
const OPEN_EXAMPLES: ReadonlyMap<string, string> = new Map([
  ['/docs/*', '/docs/exports'],
  ['/client/:name', '/client/conveyance-sdk.tgz'],
]);

function openTarget({ first }: World, method: string, path: string): Target {
  const { accessKey, secret } = first.key;
  const document = operationOf(method, path)?.document;
  const url = path === '/files/*' ? first.link : (OPEN_EXAMPLES.get(path) ?? path);
  const payload = { ...GRANT, client_id: accessKey, client_secret: secret };
  const good = { method: method as 'GET', url, ...(path === '/oauth/token' && { payload }) };
  return { route: `${method} ${path}`, isAlias: method === 'HEAD', good, ...(document && { document }) };
}

/** Of operators. */
async function adminTargets(world: World): Promise<readonly Target[]> {
  const requests = await operatorsRequests(world);
  return requests.map(({ row: { path }, options }) => {
    const method = String(options.method);
    const document = operationOf(method, path, ADMIN_OPERATIONS)?.document;
    const route = `${method} ${ADMIN.prefixes[0]}${path}`;
    return { route, isAlias: method === 'HEAD', good: options, ...(document && { document }) };
  });
}

/** Every route that the matrix knows, each once. */
export async function targetsOf(world: World): Promise<readonly Target[]> {
  const targets = new Map<string, Target>();
  const add = (target: Target) => {
    if (!targets.has(target.route)) targets.set(target.route, target);
  };
  for (const place of placesOf(PROTECTED_DOORS)) add(await protectedTarget(world, place));
  for (const target of await adminTargets(world)) add(target);
  for (const { method, path } of OPEN_ROWS) {
    add(openTarget(world, method, path));
    if (method === 'GET') add(openTarget(world, 'HEAD', path));
  }
  return [...targets.values()];
}

function pathOf(url: string): string {
  return url.split('?', 1)[0] ?? '';
}

function urlOf({ good }: Target): string {
  return typeof good.url === 'string' ? good.url : '';
}

function* inPath(target: Target): Generator<InjectOptions> {
  const { good, route } = target;
  const template = route.split(' ')[1] ?? '';
  for (const text of URL_TEXTS) {
    if (/[:*]/.test(template)) yield { ...good, url: template.replace(/:\w+|\*/, () => text) };
    yield { ...good, url: `${pathOf(urlOf(target))}/${text}` };
  }
}

function* inQuery(target: Target): Generator<InjectOptions> {
  const { query: _query, ...good } = target.good;
  const names = ['no_such_parameter', ...Object.keys(target.document?.query?.shape ?? {})];
  const path = pathOf(urlOf(target));
  for (const text of URL_TEXTS) {
    const queries = [names.map((name) => `${name}=${text}&${name}[]=${text}`).join('&'), `${text}=${text}`];
    if (!target.isAlias) {
      const beside = (name: string) => names.map((each) => `${each}=${each === name ? text : '1'}`).join('&');
      queries.push(...names.flatMap((name) => [`${name}=${text}`, beside(name)]));
    }
    for (const query of queries) yield { ...good, url: `${path}?${query}` };
    // Beside what a signed link carries.
    if (urlOf(target) !== path) yield { ...good, url: `${urlOf(target)}&${text}=${text}` };
  }
}

function* inHeaders({ good, document }: Target): Generator<InjectOptions> {
  const names = new Set([...HEADERS, ...Object.keys(document?.headers?.shape ?? {}).map((name) => name.toLowerCase())]);
  for (const name of names) {
    for (const text of HEADER_TEXTS) yield { ...good, headers: { ...good.headers, [name]: text } };
  }
}

function* inBody(target: Target): Generator<InjectOptions> {
  const { payload, ...good } = target.good;
  if (good.method === 'GET' || good.method === 'HEAD') return;
  const as = (type: string, body: string | Buffer): InjectOptions => {
    return { ...good, headers: { ...good.headers, 'content-type': type }, payload: body };
  };
  for (const body of JSON_BODIES) yield as('application/json', body);
  if (target.isAlias) return;
  for (const type of CONTENT_TYPES) for (const body of ['', '{}', '\u0000']) yield as(type, body);
  if (payload instanceof FormData) yield* inUpload(good);
  else if (payload !== undefined) {
    for (const body of hostileJson(payload, target.document?.body?.schema)) yield as('application/json', body);
    if (payload === ONE_OF_EACH_KIND) for (const body of searches()) yield as('application/json', body);
  }
  if (!target.document?.body?.contentTypes.includes(FORM)) return;
  const fields = Object.entries(payload ?? {});
  for (const text of [...URL_TEXTS, '']) {
    for (const [changed] of fields) {
      const pairs = fields.map(([name, value]) => `${name}=${name === changed ? text : encodeURIComponent(value)}`);
      yield as(FORM, pairs.join('&'));
    }
    yield as(FORM, `${text}=${text}&[]=&=${text}`);
  }
}

/** By each of the settings alone. */
function* searches(): Generator<string> {
  for (const { name } of SEARCH_SETTINGS) {
    for (const value of JSON_VALUES) yield `{"settings":{"${name}":${value}}}`;
  }
}

type Part = string | Buffer;

/** By hand: no library sends these. */
function form(parts: Readonly<Record<string, Part>>, boundary = `form${randomUUID()}`): InjectOptions {
  const bytes = Object.entries(parts).flatMap(([name, part]) => [
    Buffer.from(
      `--${boundary}\r\nContent-Disposition: form-data; name="${name}"${name === 'file' ? '; filename="a"' : ''}\r\n\r\n`,
    ),
    Buffer.from(part),
    Buffer.from('\r\n'),
  ]);
  return {
    headers: { 'content-type': `multipart/form-data; boundary=${boundary}` },
    payload: Buffer.concat([...bytes, Buffer.from(`--${boundary}--\r\n`)]),
  };
}

const SPECIFICATION = {
  detail_type: ['basic', 'sales'],
  property_ids: [uuidOf(SHARED_PROPERTY)],
  updated: { basic: '2025-01-01' },
  filters: { filter_pii: true },
};
const POINTS = { headers: ['lat', 'lon'], mapping: { latitude: 'lat', longitude: 'lon' }, explain: true };
const POINT_FILE = 'lat,lon\n40.7,-73.9\n';

function* uploads(): Generator<Readonly<Record<string, Part>>> {
  const whole = { job_type: 'match', metadata: JSON.stringify(POINTS), file: POINT_FILE };
  for (const name of Object.keys(whole)) for (const text of TEXTS) yield { ...whole, [name]: text };
  for (const text of TEXTS) yield { [text.replaceAll('"', '%22')]: text };
  for (const file of JSON_BODIES) {
    yield { job_type: 'property-details', file };
    yield { job_type: 'search', file };
    yield { job_type: 'match', metadata: file, file: POINT_FILE };
  }
  for (const file of CSV_FILES) yield { ...whole, file };
  for (const file of hostileJson(SPECIFICATION, undefined)) yield { job_type: 'property-details', file };
  for (const file of hostileJson(ONE_OF_EACH_KIND, undefined)) yield { job_type: 'search', file };
  for (const metadata of hostileJson(POINTS, undefined)) yield { job_type: 'match', metadata, file: POINT_FILE };
}

function* inUpload(good: InjectOptions): Generator<InjectOptions> {
  for (const parts of uploads()) {
    const { headers, payload } = form(parts);
    yield { ...good, headers: { ...good.headers, ...headers }, ...(payload !== undefined && { payload }) };
  }
}

/** Another place of the same operation goes the same way: every so many of its requests. */
const ALIAS_STRIDE = 6;

/** In its path, its query string, its headers and its body: one thing at a time. */
export function* hostileRequests(target: Target): Generator<InjectOptions> {
  let index = 0;
  for (const request of allRequests(target)) {
    if (!target.isAlias || index++ % ALIAS_STRIDE === 0) yield request;
  }
}

function* allRequests(target: Target): Generator<InjectOptions> {
  yield* inPath(target);
  yield* inQuery(target);
  if (!target.isAlias) yield* inHeaders(target);
  yield* inBody(target);
}
