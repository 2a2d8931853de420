/** The HTTP door: it translates requests to verbs, and what they return or throw to answers. It decides nothing. */
import formbody from '@fastify/formbody';
import type { FastifyInstance } from 'fastify';
import type { ClientFiles } from '../core/ports/client-files.ts';
import type { ConsoleFiles } from '../core/ports/console-files.ts';
import type { Deps } from '../core/ports/deps.ts';
import type { ShownSetting } from '../core/ports/shown-setting.ts';
import { Admission, NONE_WAITS } from '../core/turns/admission.ts';
import { Uploads } from '../jobs/create/uploads.ts';
import { RowStatistics } from '../jobs/estimate/row-statistics.ts';
import { Summaries } from '../jobs/summary/summaries.ts';
import { openApiDocument } from './openapi.ts';
import { ADMIN_DOCUMENT, ADMIN_OPERATIONS, OPERATIONS } from './operations.ts';
import { LinkLimits } from './requests/link-limits.ts';
import { createAccessTokens } from './server/access-token.ts';
import { EventStreams } from './server/event-streams.ts';
import { CONNECTION_LIMITS, type ConnectionLimits, createFastify } from './server/fastify.ts';
import { KeyLogins } from './server/key-logins.ts';
import { LONG_ANSWERS } from './server/long-answers.ts';
import type { Door, Readiness } from './server/operation.ts';
import { addDialect, addOpenOperations, RequestTurns, refuseOtherPaths, servedPaths } from './server/routes.ts';
import type { HttpSettings } from './server/settings.ts';
import { issueAccessToken } from './service/issue-token.ts';
import { rememberReadiness } from './service/readiness.ts';
import { Sessions } from './sessions/sessions.ts';

export type { Readiness } from './server/operation.ts';
export type { HttpSettings } from './server/settings.ts';

export interface HttpOptions {
  readonly deps: Deps;
  readonly settings: HttpSettings;
  /** Of the program, as the OpenAPI document and the home page name it. */
  readonly version: string;
  readonly readiness: () => Promise<Readiness>;
  readonly clientFiles: ClientFiles;
  readonly consoleFiles: ConsoleFiles;
  /** For operators. None when left out. */
  readonly shownSettings?: readonly ShownSetting[];
  /** Shorter in tests of slow clients. */
  readonly limits?: Partial<ConnectionLimits>;
}

/** Each holds an object in the making. One request at a time brings bytes of an upload. */
const DATA_UPLOADS = { name: 'uploads of data', perHolder: 1, inAll: 16, ...NONE_WAITS };

function createDoor(
  { deps, settings, version, readiness, clientFiles, consoleFiles, shownSettings = [] }: HttpOptions,
  { eventBeatMs }: ConnectionLimits,
): Door {
  const { publicUrl } = settings;
  let document: object | undefined;
  let adminDocument: object | undefined;
  return {
    deps,
    settings,
    version,
    addresses: OPERATIONS.dialects.map(({ prefixes: [prefix] }) => publicUrl + prefix),
    readiness: rememberReadiness(readiness),
    clientFiles,
    consoleFiles,
    sessions: new Sessions(deps, publicUrl),
    tokens: createAccessTokens(deps, settings),
    logins: new KeyLogins(deps),
    linkLimits: new LinkLimits(deps.clock),
    statistics: new RowStatistics(deps),
    summaries: new Summaries(deps),
    longAnswers: new Admission(LONG_ANSWERS),
    events: new EventStreams(deps, eventBeatMs),
    uploads: new Uploads(deps),
    dataUploads: new Admission(DATA_UPLOADS),
    turns: new RequestTurns(),
    openApi: () => {
      document ??= openApiDocument(OPERATIONS, { publicUrl, version });
      return document;
    },
    adminOpenApi: () => {
      adminDocument ??= openApiDocument(ADMIN_OPERATIONS, { publicUrl, version, about: ADMIN_DOCUMENT });
      return adminDocument;
    },
    shownSettings,
  };
}

const DIALECTS = [...OPERATIONS.dialects, ...ADMIN_OPERATIONS.dialects];
const OPEN = [...OPERATIONS.service, ...ADMIN_OPERATIONS.service];

/** Where the interfaces are: the dialects, and the token endpoint, whose address clients make of the same base. */
function apiPaths(): readonly string[] {
  return [...DIALECTS.flatMap(({ prefixes }) => prefixes), issueAccessToken.path];
}

/** The app with all its routes, not listening. */
export function createHttp(options: HttpOptions): FastifyInstance {
  const { deps, settings } = options;
  const limits = { ...CONNECTION_LIMITS, ...options.limits };
  const door = createDoor(options, limits);
  const app = createFastify(deps, limits, {
    isSecure: settings.publicUrl.startsWith('https:'),
    version: options.version,
    apiPaths: apiPaths(),
    trustedProxies: settings.trustedProxies ?? [],
  });
  app.addHook('preClose', async () => door.events.close());
  app.addHook('onClose', async () => door.statistics.close());
  for (const dialect of DIALECTS) addDialect(app, door, dialect);
  app.register(async (scope) => {
    await scope.register(formbody);
    addOpenOperations(scope, door, OPEN);
    // Of a customer's path the nearest is one that he may ask for.
    refuseOtherPaths(scope, servedPaths(OPERATIONS.dialects, OPERATIONS.service));
  });
  return app;
}
