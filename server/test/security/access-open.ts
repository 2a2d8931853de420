/** Routes that ask for no bearer token: what opens them instead, and that nothing else does. */
import { SCOPES } from '../../src/core/access.ts';
import { type Answer, ask, indistinguishable, leaks, same } from './access-answer.ts';
import type { Credential } from './access-credentials.ts';
import { type Customer, secretsOf, type World } from './access-world.ts';

/** One request, and what is wrong with its answer. */
export interface Cell {
  readonly who: string;
  readonly problems: readonly string[];
}

export type OpenCells = (world: World, method: string, path: string) => Promise<readonly Cell[]>;

const MS_PER_DAY = 86_400_000;

/** The same for everybody, whatever they carry; and nothing of anybody. */
export const publicCells: OpenCells = async (world, method, url) => {
  const { http, first, second } = world;
  const secrets = [...(await secretsOf(world, first)), ...(await secretsOf(world, second))];
  const toNobody = await ask(http, { method: method as 'GET', url });
  const cells: Cell[] = [];
  for (const credential of first.credentials) {
    const answer = await ask(http, { method: method as 'GET', url, headers: credential.headers });
    const problems = [...same('the status', answer.status, 200), ...indistinguishable(answer, toNobody)];
    cells.push({ who: credential.name, problems: [...problems, ...leaks(answer, secrets)] });
  }
  return cells;
};

/** A file of the client is nobody's. */
export const clientCells: OpenCells = (world, method, path) =>
  publicCells(world, method, path.replace(':name', 'conveyance-cli.tgz'));

const FORM = { 'content-type': 'application/x-www-form-urlencoded' };
const GRANT = { grant_type: 'client_credentials' };

/** The wrong secrets that the other routes are tried with would slow down the log-ins of their address. */
const UNTRIED_ADDRESS = '192.0.2.77';

function askForToken({ http }: World, parameters: Readonly<Record<string, string>>, given: Credential['headers']) {
  const headers = { ...FORM, ...given };
  const payload = new URLSearchParams(parameters).toString();
  return ask(http, { method: 'POST', url: '/oauth/token', headers, payload, remoteAddress: UNTRIED_ADDRESS });
}

function judgeToken(answer: Answer, { scopes }: Credential): readonly string[] {
  const { token_type: type, scope } = JSON.parse(answer.body);
  return [...same('the status', answer.status, 200), ...same('the token', [type, scope], ['Bearer', scopes.join(' ')])];
}

function judgeNoClient(answer: Answer): readonly string[] {
  return [
    ...same('the status', answer.status, 401),
    ...same('the error', JSON.parse(answer.body).error, 'invalid_client'),
    ...same('WWW-Authenticate', answer.headers['www-authenticate'], 'Basic realm="conveyance"'),
  ];
}

/** A key pair as the body gives it; null for what is none. */
function pairOf({ authorization = '' }: Credential): { client_id: string; client_secret: string } | null {
  const [id, secret] = Buffer.from(authorization.replace(/^Basic /, ''), 'base64')
    .toString()
    .split(':');
  if (!authorization.startsWith('Basic ') || id === undefined || secret === undefined) return null;
  return { client_id: id, client_secret: secret };
}

/** A key and its secret, by HTTP Basic or in the body, get a token with their scopes; anything else gets none. */
export const tokenCells: OpenCells = async (world) => {
  const { first, second } = world;
  const cells: Cell[] = [];
  const secrets = await secretsOf(world, second);
  const refused: { who: string; answer: Answer }[] = [];
  for (const credential of first.credentials) {
    const { name, headers, scheme, scopes } = credential;
    const pair = pairOf(credential);
    const answers = [await askForToken(world, GRANT, headers)];
    if (pair !== null) answers.push(await askForToken(world, { ...GRANT, ...pair }, {}));
    for (const answer of answers) {
      const problems = scheme === 'basic' ? judgeToken(answer, credential) : judgeNoClient(answer);
      cells.push({ who: name, problems: [...problems, ...leaks(answer, secrets)] });
      if (scheme !== 'basic' && pair !== null) refused.push({ who: name, answer });
    }
    const beyond = SCOPES.filter((scope) => !scopes.includes(scope));
    if (scheme !== 'basic' || beyond.length === 0) continue;
    const wider = await askForToken(world, { ...GRANT, scope: beyond.join(' ') }, headers);
    const told = [wider.status, JSON.parse(wider.body).error];
    cells.push({ who: `${name}, asking for more`, problems: same('the refusal', told, [400, 'invalid_scope']) });
  }
  // An unknown key, a wrong secret and a revoked key cannot be told apart.
  for (const { who, answer } of refused) {
    const [{ answer: twin } = { answer }] = refused;
    cells.push({ who, problems: indistinguishable(answer, twin) });
  }
  return cells;
};

function altered(link: string, change: (parameters: URLSearchParams) => void): string {
  const [path, query] = link.split('?');
  const parameters = new URLSearchParams(query);
  change(parameters);
  return `${path}?${parameters}`;
}

/** Links that somebody made of the customer's own. The last two would, unchecked, open another's file. */
function badLinks({ link, id, jobs }: Customer, other: Customer): Readonly<Record<string, string>> {
  const set = (name: string, to: (value: string) => string) =>
    altered(link, (parameters) => parameters.set(name, to(parameters.get(name) ?? '')));
  const [path = '', query = ''] = link.split('?');
  return {
    'an altered signature': set('signature', (value) => (value.startsWith('A') ? 'B' : 'A') + value.slice(1)),
    'a shortened signature': set('signature', (value) => value.slice(0, -1)),
    'a later expiry': set('expires', (value) => String(Number(value) + 1)),
    'another file name': set('filename', (value) => `${value}.exe`),
    'another key id': set('kid', (value) => `${value}0`),
    'no signature': altered(link, (parameters) => parameters.delete('signature')),
    'the signature twice': altered(link, (parameters) =>
      parameters.append('signature', parameters.get('signature') ?? ''),
    ),
    'one parameter more': altered(link, (parameters) => parameters.append('account', other.id)),
    'no parameters': path,
    'another job’s file': `${path.replace(jobs.succeeded, jobs.expired)}?${query}`,
    'the other account’s file': `${other.link.split('?')[0]}?${query}`,
    'the other account in the path': `${path.replace(id, other.id)}?${query}`,
  };
}

async function resultKey({ query }: World, jobId: string): Promise<string> {
  const [row] = await query<{ key: string }>(`select results -> 0 ->> 'key' as key from jobs where id = $1`, jobId);
  return row?.key ?? '';
}

async function signed({ app }: World, key: string, expiresAt: number): Promise<string> {
  const file = { filename: 'rows.csv', contentType: 'text/csv', sha256: '' };
  const url = await app.app.deps.links.sign({ key, ...file, expiresAt: new Date(expiresAt) });
  const { pathname, search } = new URL(url);
  return pathname + search;
}

/** The link is the permission: a good one opens its file to whoever has it, and no credential opens anything with a bad one. */
export const fileCells: OpenCells = async (world, method) => {
  const { http, first, second } = world;
  const open = (url: string, credential: Credential) =>
    ask(http, { method: method as 'GET', url, headers: credential.headers });
  const refused = {
    ...badLinks(first, second),
    'a link whose time is over': await signed(world, await resultKey(world, first.jobs.succeeded), Date.now() - 1000),
  };
  const gone = await signed(world, `results/${first.id}/${first.jobs.failed}/1/rows.csv`, Date.now() + MS_PER_DAY);
  const nobodys = first.link.replace(first.jobs.succeeded, 'ed49987b-6539-4e9e-8a63-2bcd811ef0ec');
  const rows = method === 'HEAD' ? '' : `property_name\nrows of ${first.id}\n`;
  const secrets = [...(await secretsOf(world, first)), ...(await secretsOf(world, second))];
  const cells: Cell[] = [];
  const strangers = second.credentials.filter(({ scopes }) => scopes.length === SCOPES.length);
  for (const credential of [...first.credentials, ...strangers]) {
    const good = await open(first.link, credential);
    const problems = [...same('the status', good.status, 200), ...same('the body', good.body, rows)];
    cells.push({ who: `${credential.name}, a good link`, problems });
    const deleted = await open(gone, credential);
    cells.push({ who: `${credential.name}, a deleted file`, problems: same('the status', deleted.status, 410) });
    const twin = await open(nobodys, credential);
    for (const [what, link] of Object.entries(refused)) {
      const answer = await open(link, credential);
      const judged = [...same('the status', answer.status, 403), ...indistinguishable(answer, twin)];
      cells.push({ who: `${credential.name}, ${what}`, problems: [...judged, ...leaks(answer, secrets)] });
    }
  }
  return cells;
};
