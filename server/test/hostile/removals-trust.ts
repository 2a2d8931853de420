/** Guards against whoever is beside the server: other users of its machine, who answers on its ports, and who holds what has leaked. */
import { type Removal, removal } from './removal.ts';

const SCRAM_TEST = 'postgres/scram-client.test.ts';
const SCRAM = 'postgres/connection/scram-client.ts';
const ROLES_TEST = 'postgres/embedded-roles.test.ts';
const FOLDER = 'postgres/embedded/socket-folder.ts';
const MODES = 'core/ports/store.ts';
const LINKS_TEST = 'http/results.test.ts';
const REVOKED_LINKS = 'open nothing from the next request on';
const AUDIT_TEST = 'http/audit.test.ts';
const EVERY_EVENT = 'names in each entry';
const SDK_TEST = '../../sdk/test/download.test.ts';
const SDK_FILE = '../../sdk/src/results/private-file.ts';

const BESIDE: Readonly<Record<string, Removal>> = {
  'scram-clear-text': removal(
    'the password of the database is not sent in clear text',
    SCRAM_TEST,
    SCRAM,
    ["authenticationCleartextPassword: 'in clear text',", ''],
    'in clear text',
  ),
  'scram-hash': removal(
    'the password of the database is not sent as an MD5 hash',
    SCRAM_TEST,
    SCRAM,
    ["authenticationMD5Password: 'as an MD5 hash',", ''],
    'as an MD5 hash',
  ),
  'scram-proof': removal(
    'a database that does not prove that it knows the password is sent nothing',
    SCRAM_TEST,
    SCRAM,
    ['LOGGED_IN.has(event) && !this.#isProofSent', 'false'],
    'a server that lets everybody in',
  ),
  'server-role': removal(
    'the server’s role of the database is no superuser',
    ROLES_TEST,
    'postgres/embedded/roles.ts',
    ['SERVER_ROLE} login password', 'SERVER_ROLE} superuser login password'],
    'is no superuser',
  ),
  'socket-folder': {
    guard: 'nobody else may enter the folder of the database’s socket',
    test: ROLES_TEST,
    only: 'is a short one',
    changes: [
      { file: FOLDER, from: '{ mode: PRIVATE_DIRECTORY_MODE }', to: '{ mode: 0o755 }' },
      { file: FOLDER, from: 'chmod(path, PRIVATE_DIRECTORY_MODE)', to: 'chmod(path, 0o755)' },
      { file: FOLDER, from: ' && (found.mode & OTHERS) === 0', to: '' },
    ],
  },
  'socket-folder-taken': removal(
    'a folder for the socket that others may enter is refused',
    ROLES_TEST,
    FOLDER,
    [' && (found.mode & OTHERS) === 0', ''],
    'is refused where somebody else could have made it',
  ),
  'private-files': removal('files of the server are 0600', 'storage/private-modes.test.ts', MODES, [
    'PRIVATE_FILE_MODE = 0o600',
    'PRIVATE_FILE_MODE = 0o644',
  ]),
  'private-folders': removal('folders of the server are 0700', 'storage/private-modes.test.ts', MODES, [
    'PRIVATE_DIRECTORY_MODE = 0o700',
    'PRIVATE_DIRECTORY_MODE = 0o755',
  ]),
  'data-directory': removal(
    'the data directory is made 0700',
    'postgres/data-directory.test.ts',
    'postgres/embedded/data-directory.ts',
    ['{ mode: PRIVATE_DIRECTORY_MODE }', '{ mode: 0o755 }'],
  ),
  'master-key-mode': removal(
    'a master key that others can read is refused',
    'storage/master-key.test.ts',
    'storage/master-key.ts',
    ["process.platform !== 'win32' && (mode & OTHERS) !== 0", 'false'],
    'is refused when others can read it',
  ),
  'downloads-private': removal('what a client saves is 0600', SDK_TEST, SDK_FILE, [
    'const PRIVATE_MODE = 0o600;',
    'const PRIVATE_MODE = 0o644;',
  ]),
  'downloads-through-links': removal(
    'what a client saves is written through no link',
    SDK_TEST,
    SDK_FILE,
    ['constants.O_RDWR | NO_LINK | NO_WAIT', 'constants.O_RDWR | NO_WAIT'],
    'writes through no link',
  ),
  'downloads-second-name': removal(
    'what a client saves is written into no file that has another name',
    SDK_TEST,
    SDK_FILE,
    [' && found.nlink === 1', ''],
    'writes through no link',
  ),
  'plain-http': removal(
    'a secret that would go over plain http to another host is warned of',
    '../../sdk/test/plain-http.test.ts',
    '../../sdk/src/transport/plain-http.ts',
    ["protocol !== 'http:' || ", "protocol !== 'http:' || true || "],
  ),
};

const LEAKED: Readonly<Record<string, Removal>> = {
  'link-epoch': removal(
    'links of before a revocation open nothing',
    LINKS_TEST,
    'jobs/results/open-file.ts',
    ['terms.epoch !== link.epoch', 'false'],
    REVOKED_LINKS,
  ),
  'link-epoch-signed': removal(
    'what a link says of its epoch is signed',
    LINKS_TEST,
    'storage/links.ts',
    [", ...(epoch === '' ? [] : [epoch])]", ']'],
    REVOKED_LINKS,
  ),
  'link-of-revoked': removal(
    'a credential that was revoked is given no link',
    'jobs/links.test.ts',
    'jobs/results/links.ts',
    ['await requireLiveCredential(db, caller);', ''],
    'for a credential that was revoked',
  ),
  'search-token-key': removal(
    'search tokens are signed by a key of their own',
    'flow/search-steps.test.ts',
    'deps.ts',
    ["keyring.source('search-tokens')", "keyring.source('credentials')"],
    'a search token is signed by a key',
  ),
  traceparent: removal(
    'a traceparent is believed from trusted proxies only',
    'telemetry/traces.test.ts',
    'http/server/request-trace.ts',
    [' && isTrusted(request.socket.remoteAddress)', ''],
    'are not continued for a caller that is no trusted proxy',
  ),
  'file-jobs-of-key': removal(
    'a file job is its key’s alone, by every way in',
    'jobs/result-tree.test.ts',
    'postgres/stores/jobs.ts',
    ["eb.or([eb('kind', '=', 'report'), eb('credential_id', '=', credentialId)])", 'eb.lit(true)'],
    'has the file jobs of its own key',
  ),
  'webhook-secret-scope': removal(
    'a credential that may only read is not given the secrets of webhooks',
    'http/webhooks.test.ts',
    'core/access.ts',
    ["'view webhook secrets': 'exports:write'", "'view webhook secrets': 'exports:read'"],
  ),
};

const WRITTEN_DOWN: Readonly<Record<string, Removal>> = {
  'audit-log-ins': removal(
    'a refused log-in is in the audit log',
    AUDIT_TEST,
    'core/logins/credentials.ts',
    ['if (caller === null && stored !== null) recordRefusal(deps, stored, address);', ''],
    'refused log-in',
  ),
  'audit-searches': removal(
    'a search is in the audit log',
    AUDIT_TEST,
    'properties/record-search.ts',
    ['await db.audit.append({', 'await (async (_entry: unknown) => undefined)({'],
    'has a search once an hour',
  ),
  'audit-quota': removal(
    'a change of a quota is in the audit log',
    AUDIT_TEST,
    'jobs/account-changes.ts',
    ["await audit.append(entryByOperator('quota-changed'", "void (entryByOperator('quota-changed'"],
    EVERY_EVENT,
  ),
  'audit-grants': removal(
    'a change of what an account may see is in the audit log',
    AUDIT_TEST,
    'jobs/operator/grants.ts',
    ['await audit.append(await grantsEntry(accountId, { given: grants, visible }));', ''],
    EVERY_EVENT,
  ),
  'audit-keys': removal(
    'the revocation of a key is in the audit log',
    AUDIT_TEST,
    'jobs/schedules/needs.ts',
    ["await audit.append(entryByOperator('credential-revoked'", "void (entryByOperator('credential-revoked'"],
    EVERY_EVENT,
  ),
  'audit-rotation': removal(
    'the rotation of a secret is in the audit log',
    AUDIT_TEST,
    'jobs/webhooks/secrets.ts',
    ["await audit.append(entryBy(caller, 'webhook-secret-rotated', null));", ''],
    EVERY_EVENT,
  ),
};

export const TRUST_REMOVALS: Readonly<Record<string, Removal>> = { ...BESIDE, ...LEAKED, ...WRITTEN_DOWN };
