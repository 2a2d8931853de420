/** The OpenAPI document, written from the table of operations: nothing is started or called. */
import { z } from 'zod';
import type { Operations } from './operations.ts';
import type { Dialect } from './server/dialect.ts';
import {
  type Operation,
  type OperationDocument,
  type ResponseDocument,
  scopeOf,
  type Tag,
} from './server/operation.ts';

export interface DocumentSettings {
  readonly publicUrl: string;
  readonly version: string;
  /** The customers' when left out. */
  readonly about?: { readonly title: string; readonly description: string };
}

const CUSTOMERS = {
  title: 'Conveyance API',
  description: 'Asynchronous bulk export of property data: submit a job, poll it or be called back, download the file.',
};

type Fields = Readonly<Record<string, unknown>>;
type JsonSchema = z.core.JSONSchema.BaseSchema;

interface Written {
  readonly zodSchema: z.core.$ZodTypes;
  readonly jsonSchema: JsonSchema;
}

export interface OpenApiDocument {
  readonly openapi: string;
  readonly info: Fields;
  readonly components: { readonly securitySchemes: Fields; readonly schemas: Readonly<Record<string, JsonSchema>> };
  /** By path, and then by method in lower case; a path beyond the document's own servers has `servers` beside its methods. */
  readonly paths: Readonly<Record<string, Fields>>;
  readonly servers: readonly Fields[];
  readonly security: readonly Fields[];
  readonly tags: readonly Fields[];
  readonly webhooks: Fields;
}

/** What zod prints unintentionally: `z.int()` prints its limits of ±2^53, and objects forbid the fields of later versions. */
function leaveOutUnmeant({ jsonSchema }: Pick<Written, 'jsonSchema'>): void {
  if (jsonSchema.minimum === Number.MIN_SAFE_INTEGER) delete jsonSchema.minimum;
  if (jsonSchema.maximum === Number.MAX_SAFE_INTEGER) delete jsonSchema.maximum;
  if (jsonSchema.additionalProperties === false) delete jsonSchema.additionalProperties;
}

/** Of a list that is checked as a whole, zod knows no more than what its description adds. */
function requireType({ zodSchema, jsonSchema }: Written): void {
  if (zodSchema._zod.def.type !== 'custom' || jsonSchema.type !== undefined) return;
  throw new Error('a schema that zod cannot print must have its type among its descriptions');
}

/** Schemas as JSON Schema. One with an `id` is collected under it, and appears elsewhere as a reference. */
class Schemas {
  readonly named: Record<string, JsonSchema> = {};

  write(schema: z.ZodType, io: 'input' | 'output'): JsonSchema {
    const {
      $schema: _dialect,
      $defs = {},
      ...written
    } = z.toJSONSchema(schema, {
      io,
      unrepresentable: 'any',
      override: (written) => {
        requireType(written);
        leaveOutUnmeant(written);
      },
    });
    for (const [name, definition] of Object.entries($defs)) this.#collect(name, definition);
    return written;
  }

  #collect(name: string, definition: JsonSchema): void {
    this.named[name] ??= definition;
    // Even for one schema, if it reads and writes differently: as with a default or a transformation.
    if (JSON.stringify(this.named[name]) !== JSON.stringify(definition)) {
      throw new Error(`two shapes are named ${name} in the OpenAPI document: give one of them another id`);
    }
  }
}

/** A field of a zod schema as a parameter, with its place and description. */
function parametersIn(schemas: Schemas, place: 'query' | 'path' | 'header', schema: z.ZodObject | undefined): Fields[] {
  if (schema === undefined) return [];
  const { properties = {}, required = [] } = schemas.write(schema, 'input');
  return Object.entries(properties).map(([name, property]) => {
    const { description, examples, ...type } = property as JsonSchema;
    return {
      schema: type,
      ...(examples && { example: examples[0] }),
      in: place,
      name,
      required: required.includes(name),
      ...(description !== undefined && { description }),
    };
  });
}

function parametersOf(schemas: Schemas, { query, params, headers }: OperationDocument): Fields[] {
  return [
    ...parametersIn(schemas, 'query', query),
    ...parametersIn(schemas, 'path', params),
    ...parametersIn(schemas, 'header', headers),
  ];
}

function bodyOf(schemas: Schemas, { contentTypes, schema }: NonNullable<OperationDocument['body']>): Fields {
  const content = contentTypes.map((type) => [type, { schema: schemas.write(schema, 'input') }]);
  return { required: true, content: Object.fromEntries(content) };
}

function headersOf(headers: NonNullable<ResponseDocument['headers']>): Fields {
  return Object.fromEntries(
    Object.entries(headers).map(([name, { description, ...schema }]) => [name, { description, schema }]),
  );
}

function responseOf(schemas: Schemas, answer: ResponseDocument): Fields {
  const { description, schema, contentType = 'application/json', headers, example, examples } = answer;
  return {
    description,
    ...(headers && { headers: headersOf(headers) }),
    ...(schema && {
      content: {
        [contentType]: {
          schema: schemas.write(schema, 'output'),
          ...(example !== undefined && { example }),
          ...(examples && { examples }),
        },
      },
    }),
  };
}

/** Operations at the same addresses, with the same credential. */
interface Part {
  readonly operations: readonly Operation[];
  /** Absent if anyone may call. */
  readonly dialect?: Dialect;
  /** Absent if the document's own servers are meant. */
  readonly servers?: readonly Fields[];
}

function securityOf(operation: Operation, dialect: Dialect | undefined): Fields[] {
  if (dialect === undefined || !('permission' in operation)) return [];
  const scope = scopeOf(operation);
  return [{ [dialect.document.security.name]: scope === null ? [] : [scope] }];
}

function operationOf(schemas: Schemas, operation: Operation, dialect: Dialect | undefined): Fields {
  const { operationId, summary, tag, description, body, responses } = operation.document;
  const parameters = parametersOf(schemas, operation.document);
  const permission = 'permission' in operation ? operation.permission : null;
  const answers = Object.entries({
    ...dialect?.document.responses,
    ...(dialect && permission !== null && { 403: dialect.document.forbidden(permission) }),
    ...responses,
  });
  return {
    operationId,
    summary,
    tags: [tag],
    description,
    ...(body && { requestBody: bodyOf(schemas, body) }),
    ...(parameters.length > 0 && { parameters }),
    security: securityOf(operation, dialect),
    responses: Object.fromEntries(answers.map(([status, answer]) => [status, responseOf(schemas, answer)])),
  };
}

function pathOf({ path }: Operation): string {
  return path.replaceAll(/:(\w+)/g, '{$1}').replace('*', '{key}');
}

function pathsOf(schemas: Schemas, { operations, dialect, servers }: Part): Record<string, Fields> {
  const paths: Record<string, Fields> = {};
  for (const operation of operations) {
    const path = pathOf(operation);
    paths[path] = {
      ...(servers && { servers }),
      ...paths[path],
      [operation.method.toLowerCase()]: operationOf(schemas, operation, dialect),
    };
  }
  return paths;
}

function serversOf(publicUrl: string, { prefixes }: Dialect): Fields[] {
  return prefixes.map((prefix, index) => ({
    url: publicUrl + prefix,
    ...(index > 0 && { description: 'An alias' }),
  }));
}

const TAGS: Readonly<Record<Tag, string>> = {
  'Bulk Data Export': 'Asynchronous batch jobs: submit a request, monitor its status, download the results when ready.',
  Schedules: 'Exports that are made again and again: by the calendar, once the data is there.',
  Webhooks:
    'Every end of a job with a `callback_url` is posted there, signed as Standard Webhooks says, until it is delivered.',
  'Access Keys':
    'What the account’s programs prove themselves by. None can be made that may do more than whoever makes it.',
  'Batch Jobs': 'Property details, matching and search as jobs: upload a file, poll, download what came of it.',
  Properties: 'Finding the ids of properties.',
  'Property Lists': 'Properties under a name, by which jobs and schedules ask for them.',
  Accounts: 'The accounts that a credential can act for.',
  Authentication: 'Bearer tokens.',
  Files: 'Downloads by signed link.',
  Console: 'The page for people, and their sessions.',
  Customers: 'Accounts: what they may see, how much, and who comes in for them.',
  Queue: 'Jobs and webhooks of all accounts.',
  Data: 'What the warehouse holds, and what made it so.',
  'Audit Log': 'Who did what.',
  System: 'The server, its nodes, its settings.',
  Service: 'The server itself.',
};

function securitySchemes(dialects: readonly Dialect[], publicUrl: string): Fields {
  return Object.fromEntries(
    dialects.map(({ document: { security } }) => [security.name, security.scheme(publicUrl)] as const),
  );
}

function joinPaths(parts: readonly Record<string, Fields>[]): Record<string, Fields> {
  const joined: Record<string, Fields> = {};
  for (const [path, item] of parts.flatMap((part) => Object.entries(part))) {
    if (path in joined)
      throw new Error(`${path} belongs to two parts of the interface: a document has one place for it`);
    joined[path] = item;
  }
  return joined;
}

function webhooksOf(schemas: Schemas, dialects: readonly Dialect[]): Fields {
  const write = (schema: z.ZodType) => schemas.write(schema, 'output');
  return Object.assign({}, ...dialects.map(({ document }) => document.webhooks?.(write) ?? {}));
}

/** Zod's place for what has a name, and ours. */
function withReferences(document: OpenApiDocument): OpenApiDocument {
  return JSON.parse(JSON.stringify(document).replaceAll('"$ref":"#/$defs/', '"$ref":"#/components/schemas/'));
}

function tagsOf({ dialects, service }: Operations): ReadonlySet<string> {
  const all: readonly Operation[] = [...dialects.flatMap(({ operations }) => operations), ...service];
  return new Set(all.map(({ document: { tag } }) => tag));
}

/** The document of a server at that address. */
export function openApiDocument(
  operations: Operations,
  { publicUrl, version, about = CUSTOMERS }: DocumentSettings,
): OpenApiDocument {
  const { dialects, service } = operations;
  const [first, ...others] = dialects;
  const schemas = new Schemas();
  const paths = joinPaths([
    pathsOf(schemas, { operations: first.operations, dialect: first }),
    ...others.map((dialect) =>
      pathsOf(schemas, { operations: dialect.operations, dialect, servers: serversOf(publicUrl, dialect) }),
    ),
    pathsOf(schemas, { operations: service, servers: [{ url: publicUrl }] }),
  ]);
  const used = tagsOf(operations);
  return withReferences({
    openapi: '3.1.0',
    info: {
      title: about.title,
      version,
      description: about.description,
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    components: { securitySchemes: securitySchemes(dialects, publicUrl), schemas: schemas.named },
    paths,
    servers: serversOf(publicUrl, first),
    security: [{ [first.document.security.name]: [] }],
    tags: Object.entries(TAGS)
      .filter(([name]) => used.has(name))
      .map(([name, description]) => ({ name, description })),
    webhooks: webhooksOf(schemas, dialects),
  });
}
