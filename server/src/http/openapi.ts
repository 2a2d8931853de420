/** The OpenAPI document, derived from the table of operations. */
import swagger from '@fastify/swagger';
import Fastify, { type FastifySchema } from 'fastify';
import {
  createJsonSchemaTransform,
  createJsonSchemaTransformObject,
  serializerCompiler,
  validatorCompiler,
} from 'fastify-type-provider-zod';
import type { OpenAPIV3_1 } from 'openapi-types';
import { z } from 'zod';
import type { SCOPES } from '../core/access.ts';
import { WEBHOOKS } from './dialects/apartmentiq/webhook-document.ts';
import { REONOMY_RATE_LIMITED } from './dialects/reonomy/answers.ts';
import { APARTMENTIQ_OPERATIONS, REONOMY_OPERATIONS, ROOT_OPERATIONS } from './routes.ts';
import { TOO_MANY_REQUESTS } from './server/answers.ts';
import type { Operation, ResponseDocument } from './server/operation.ts';
import { APARTMENTIQ_ALIAS, APARTMENTIQ_PREFIX, REONOMY_PREFIX } from './server/prefixes.ts';

export interface DocumentSettings {
  readonly publicUrl: string;
  readonly version: string;
}

export const SCOPE_MEANINGS: Readonly<Record<(typeof SCOPES)[number], string>> = {
  'exports:read': 'See batch jobs and download their results.',
  'exports:write': 'Create and cancel batch jobs.',
  'data:read': 'Look properties up.',
  admin: 'Operate the server.',
};

/** What zod prints that nobody meant: `z.int()` prints its limits of ±2^53, and objects forbid the fields of later versions. */
const ZOD_TO_JSON = {
  override({ jsonSchema }: { jsonSchema: Record<string, unknown> }): void {
    if (jsonSchema['minimum'] === Number.MIN_SAFE_INTEGER) delete jsonSchema['minimum'];
    if (jsonSchema['maximum'] === Number.MAX_SAFE_INTEGER) delete jsonSchema['maximum'];
    if (jsonSchema['additionalProperties'] === false) delete jsonSchema['additionalProperties'];
  },
};
const toJsonSchema = createJsonSchemaTransform({ zodToJsonConfig: ZOD_TO_JSON });
const addComponents = createJsonSchemaTransformObject({ zodToJsonConfig: ZOD_TO_JSON });

function contentOf({ schema = z.undefined(), contentType = 'application/json', description }: ResponseDocument) {
  return { description, content: { [contentType]: { schema } } };
}

/** Every call with a credential can come too often. What an operation itself says of a status goes before. */
function responsesOf({ access, document }: Operation): Readonly<Record<string, ResponseDocument>> {
  if (access === 'open') return document.responses;
  return { 429: access === 'basic' ? REONOMY_RATE_LIMITED : TOO_MANY_REQUESTS, ...document.responses };
}

function securityOf(operation: Operation): Record<string, string[]>[] {
  if (operation.access === 'open') return [];
  const scopes = operation.scope === null ? [] : [operation.scope];
  return operation.access === 'basic' ? [{ basic: scopes }] : [{ oauth2: scopes }];
}

function routeSchema(operation: Operation): FastifySchema {
  const { document } = operation;
  const { body, operationId, tag, summary, description, params, query, headers } = document;
  return {
    operationId,
    summary,
    description,
    tags: [tag],
    security: securityOf(operation),
    ...(params && { params }),
    ...(query && { querystring: query }),
    ...(headers && { headers }),
    ...(body && { body: body.schema, consumes: [...body.contentTypes] }),
    response: Object.fromEntries(
      Object.entries(responsesOf(operation)).map(([status, answer]) => [status, contentOf(answer)]),
    ),
  };
}

const DOCUMENTED: readonly Operation[] = [...APARTMENTIQ_OPERATIONS, ...REONOMY_OPERATIONS, ...ROOT_OPERATIONS];

type Document = OpenAPIV3_1.Document;
type PathItem = OpenAPIV3_1.PathItemObject;
type Responses = Record<string, OpenAPIV3_1.ResponseObject>;

/** Headers and examples, which the schema of a route has no place for. */
function completeResponse(response: OpenAPIV3_1.ResponseObject, answer: ResponseDocument): OpenAPIV3_1.ResponseObject {
  const { schema, contentType = 'application/json', headers = {}, example, examples } = answer;
  const shown = Object.entries(headers).map(([name, { description, ...type }]) => [
    name,
    { description, schema: type },
  ]);
  return {
    description: response.description,
    ...(shown.length > 0 && { headers: Object.fromEntries(shown) }),
    ...(schema && {
      content: {
        [contentType]: {
          ...response.content?.[contentType],
          ...(example !== undefined && { example }),
          ...(examples && { examples }),
        },
      },
    }),
  };
}

function pathOf({ path }: Operation): string {
  return path.replaceAll(/:(\w+)/g, '{$1}').replace('*', '{key}');
}

function operationOf(document: Document, operation: Operation): OpenAPIV3_1.OperationObject {
  const item = document.paths?.[pathOf(operation)];
  const found = item?.[operation.method.toLowerCase() as 'get' | 'head' | 'post' | 'delete'];
  if (item === undefined || found === undefined) throw new Error(`${operation.document.operationId} is not documented`);
  return found;
}

/** A request's shape is shown in its place, as the contract shows it: `@fastify/swagger` would drop what stands beside a `$ref`. */
function inlineBody(document: Document, { requestBody }: OpenAPIV3_1.OperationObject): void {
  if (requestBody === undefined || '$ref' in requestBody) return;
  for (const media of Object.values(requestBody.content)) {
    if (media.schema === undefined || !('$ref' in media.schema)) continue;
    const name = media.schema.$ref.replace('#/components/schemas/', '');
    const schema = document.components?.schemas?.[name];
    if (schema !== undefined) media.schema = schema;
  }
}

/** Named schemas appear twice, once as input (`BatchJobInput`) and once as output. For ours the two are the same. */
function mergeTwins(document: Document): Document {
  const merged: Document = JSON.parse(
    JSON.stringify(document).replaceAll(/("#\/components\/schemas\/\w+)Input"/g, '$1"'),
  );
  const schemas = merged.components?.schemas ?? {};
  for (const name of Object.keys(schemas)) if (name.endsWith('Input') || name.endsWith('Request')) delete schemas[name];
  return merged;
}

function setServer(document: Document, operation: Operation, url: string): void {
  const item: PathItem | undefined = document.paths?.[pathOf(operation)];
  if (item !== undefined) item.servers = [{ url }];
}

function complete(document: Document, publicUrl: string): Document {
  for (const operation of DOCUMENTED) {
    const documented = operationOf(document, operation);
    const responses = (documented.responses ?? {}) as Responses;
    for (const [status, answer] of Object.entries(responsesOf(operation))) {
      responses[status] = completeResponse(responses[status] ?? { description: answer.description }, answer);
    }
    documented.operationId = operation.document.operationId;
    inlineBody(document, documented);
  }
  for (const operation of ROOT_OPERATIONS) setServer(document, operation, publicUrl);
  for (const operation of REONOMY_OPERATIONS) setServer(document, operation, publicUrl + REONOMY_PREFIX);
  return mergeTwins({ ...document, webhooks: WEBHOOKS });
}

function frame({ publicUrl, version }: DocumentSettings) {
  return {
    openapi: '3.1.0',
    info: {
      title: 'Conveyance API',
      version,
      description:
        'Asynchronous bulk export of property data: submit a job, poll it or be called back, download the file.',
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    servers: [
      { url: publicUrl + APARTMENTIQ_PREFIX },
      { url: publicUrl + APARTMENTIQ_ALIAS, description: 'The short alias' },
    ],
    security: [{ oauth2: [] }],
    tags: [
      {
        name: 'Bulk Data Export',
        description: 'Asynchronous batch jobs: submit a request, monitor its status, download the results when ready.',
      },
      {
        name: 'Schedules',
        description: 'Exports that are made again and again: by the calendar, once the data is there.',
      },
      {
        name: 'Webhooks',
        description:
          'Every end of a job with a `callback_url` is posted there, signed as Standard Webhooks says, until it is delivered.',
      },
      {
        name: 'Batch Jobs',
        description: 'Property details, matching and search as jobs: upload a file, poll, download what came of it.',
      },
      { name: 'Properties', description: 'Finding the ids of properties.' },
      { name: 'Accounts', description: 'The accounts that a credential can act for.' },
      { name: 'Authentication', description: 'Bearer tokens.' },
      { name: 'Files', description: 'Downloads by signed link.' },
      { name: 'Service', description: 'The server itself.' },
    ],
    components: {
      securitySchemes: {
        oauth2: {
          type: 'oauth2' as const,
          description: 'A bearer token, obtained via the OAuth client credentials flow, or a personal token.',
          flows: { clientCredentials: { tokenUrl: `${publicUrl}/oauth/token`, scopes: { ...SCOPE_MEANINGS } } },
        },
        basic: {
          type: 'http' as const,
          scheme: 'basic',
          description:
            'The Reonomy dialect: access key as the user name, secret as the password. `User-Agent` is required.',
        },
      },
    },
  };
}

/** The document of a server at that address. Needs no running server: the operations are only described, never called. */
export async function openApiDocument(settings: DocumentSettings): Promise<Document> {
  const app = Fastify({ exposeHeadRoutes: false });
  app.setValidatorCompiler(validatorCompiler);
  app.setSerializerCompiler(serializerCompiler);
  await app.register(swagger, {
    openapi: frame(settings),
    transform: toJsonSchema,
    transformObject: addComponents,
  });
  for (const operation of DOCUMENTED) {
    app.route({
      method: operation.method,
      url: pathOf(operation).replaceAll(/\{(\w+)\}/g, ':$1'),
      schema: routeSchema(operation),
      // HEAD is left out otherwise, and gets `-head` behind its id.
      config: { swagger: { exposeHeadRoute: true } },
      handler: async () => null,
    });
  }
  await app.ready();
  try {
    return complete(app.swagger() as Document, settings.publicUrl);
  } finally {
    await app.close();
  }
}
