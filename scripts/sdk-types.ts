/** sdk/src/contract/wire.ts, from the OpenAPI document: what a customer's program sends and receives, under the SDK's names. */
import openapiTS, { astToString } from 'openapi-typescript';
import ts from 'typescript';

type Json = unknown;
type JsonObject = Readonly<Record<string, Json>>;

/** The SDK's name of a named schema of the document. */
const SCHEMAS = {
  ReportType: 'ReportType',
  OutputFormat: 'FileType',
  Compression: 'Compression',
  CsvProfile: 'CsvProfile',
  ReportJobStatus: 'JobStatus',
  ReportJobProgress: 'JobProgress',
  ReportResult: 'JobResult',
  ReportJobFields: 'BatchJob',
  ReportEstimate: 'JobEstimate',
  ReportSummary: 'ReportSummary',
  ReportTypeList: 'ReportTypeList',
  ReportColumn: 'ReportColumn',
  ReportDescription: 'ReportDescription',
  Manifest: 'Manifest',
  ResultSummary: 'ResultSummary',
  SummaryColumn: 'SummaryColumn',
  SummaryDistribution: 'SummaryDistribution',
  SummaryMeasure: 'SummaryMeasure',
  SummaryChart: 'SummaryChart',
  SummaryMap: 'SummaryMap',
  Pagination: 'Pagination',
  Usage: 'Usage',
  DayUsage: 'DayUsage',
  DailyUsage: 'DailyUsage',
  FileJob: 'BatchDialectJob',
  Caller: 'BatchDialectUser',
  PropertySummary: 'PropertySummary',
  PropertyPage: 'PropertyList',
  PropertyIdPair: 'PropertyIdPair',
  PropertyIdPairs: 'PropertyIdPairs',
  SavedListSummary: 'SavedListSummary',
  SavedList: 'SavedList',
  SavedListPage: 'SavedListPage',
  SavedListCount: 'SavedListCount',
  ScheduleFrequency: 'ScheduleFrequency',
  Weekday: 'Weekday',
  ScheduleRange: 'ScheduleRange',
  OnIncomplete: 'OnIncomplete',
  ScheduleState: 'ScheduleState',
  ScheduleSummary: 'ScheduleSummary',
  Schedule: 'Schedule',
  SchedulePage: 'ScheduleList',
  ScheduleRunState: 'ScheduleRunState',
  ScheduleRun: 'ScheduleRun',
  ScheduleRunPage: 'ScheduleRunList',
  EstimatedBytes: 'EstimatedBytes',
  WebhookTry: 'WebhookTry',
  WebhookDeliveryState: 'WebhookDeliveryState',
  WebhookDelivery: 'WebhookDelivery',
  WebhookDeliveryPage: 'WebhookDeliveryList',
  WebhookSecrets: 'WebhookSecrets',
  Key: 'Credential',
  KeyList: 'KeyList',
  IssuedKey: 'IssuedKey',
  RevokedKey: 'RevokedKey',
} as const;

/** Schemas without a name in the document: where they are. */
const PLACES = {
  ReportRequestFields: 'createBatchJob/requestBody/content/application~json/schema',
  ScheduleRequest: 'createSchedule/requestBody/content/application~json/schema',
  KeyRequest: 'createKey/requestBody/content/application~json/schema',
  KeyScope: 'createKey/requestBody/content/application~json/schema/properties/scopes/anyOf/0/items',
  SavedListRequest: 'createSavedList/requestBody/content/application~json/schema',
  SavedListChanges: 'changeSavedList/requestBody/content/application~json/schema',
  SavedListCountRequest: 'countSavedList/requestBody/content/application~json/schema',
  PropertyQuery: 'lookupProperties/parameters',
  FileJobPage: 'listFileJobs/responses/200/content/application~json/schema',
  DetailType: 'getProperty/parameters/0/schema/items',
  PropertyDetails: 'getProperty/responses/200/content/application~json/schema',
  PlaceFields: 'resolveProperty/requestBody/content/application~json/schema',
  Resolution: 'resolveProperty/responses/200/content/application~json/schema',
  SearchPage: 'searchSummaries/responses/200/content/application~json/schema',
  WebhookTestEvent: 'testEvent/requestBody/content/application~json/schema',
} as const;

/** Words that programs offer as choices, as values. */
const WORDS = {
  REPORT_TYPES: 'ReportType',
  OUTPUT_FORMATS: 'OutputFormat',
  COMPRESSIONS: 'Compression',
  CSV_PROFILES: 'CsvProfile',
  DETAIL_TYPES: 'DetailType',
  SCHEDULE_FREQUENCIES: 'ScheduleFrequency',
  KEY_SCOPES: 'KeyScope',
  WEEKDAYS: 'Weekday',
  SCHEDULE_RANGES: 'ScheduleRange',
  ON_INCOMPLETE: 'OnIncomplete',
} as const satisfies Readonly<Record<string, keyof typeof SCHEMAS | keyof typeof PLACES>>;

/** What the server does if a request does not say. */
const DEFAULTS = {
  DEFAULT_DEADLINE_HOURS: ['ScheduleRequest', 'properties', 'data_deadline_hours', 'default'],
} as const;

const HEADER = `/**
 * What travels between client and server, named as it travels: snake_case. Generated from docs/openapi.json by \`npm run generate\`;
 * what the document cannot say is in types.ts.
 */
`;

function isObject(value: Json): value is JsonObject {
  return typeof value === 'object' && value !== null;
}

function at(value: Json, path: readonly string[], where: string): Json {
  return path.reduce((place: Json, step) => {
    // A slash in a step is written as a tilde.
    const next = isObject(place) ? place[step.replace('~', '/')] : undefined;
    if (next === undefined) throw new Error(`the OpenAPI document has no ${where}: scripts/sdk-types.ts looks for it`);
    return next;
  }, value);
}

function operationsOf(document: JsonObject): ReadonlyMap<string, Json> {
  const items = [document['paths'], document['webhooks']].filter(isObject).flatMap((group) => Object.values(group));
  const operations = items.filter(isObject).flatMap((item) => Object.values(item));
  return new Map(operations.filter(isObject).map((operation) => [String(operation['operationId']), operation]));
}

/** Parameters of a query as the object that a caller passes. */
function queryObject(parameters: readonly Json[]): JsonObject {
  const fields = parameters.filter(isObject);
  const properties = fields.map(({ name, schema, description }) => [
    String(name),
    { ...(isObject(schema) ? schema : {}), description },
  ]);
  return { type: 'object', properties: Object.fromEntries(properties) };
}

/** The schema with our names, and without what says nothing in TypeScript. */
function tidy(schema: Json, names: ReadonlyMap<string, string>): Json {
  const prefix = '#/components/schemas/';
  return JSON.parse(JSON.stringify(schema), (key, value) => {
    if (key === 'example' || key === 'examples') return undefined;
    if (typeof value === 'string') {
      if (key === 'title' || key === 'format') return undefined;
      if (key !== '$ref') return value;
      const ours = names.get(value.slice(prefix.length));
      if (ours === undefined) throw new Error(`scripts/sdk-types.ts has no name for ${value}, which others refer to`);
      return prefix + ours;
    }
    // If a field may be null, the description is beside the other type.
    const described = isObject(value) && Array.isArray(value['anyOf']) ? value['anyOf'].find(isObject) : undefined;
    return described ? { description: described['description'], ...value } : value;
  });
}

function schemasOf(document: JsonObject): Readonly<Record<string, Json>> {
  const operations = operationsOf(document);
  const named = Object.entries(SCHEMAS).map(([ours, theirs]) => {
    return [ours, at(document, ['components', 'schemas', theirs], `schema ${theirs}`)] as const;
  });
  const placed = Object.entries(PLACES).map(([ours, place]) => {
    const [operation = '', ...path] = place.split('/');
    const found = at(operations.get(operation), path, place);
    return [ours, Array.isArray(found) ? queryObject(found) : found] as const;
  });
  const names = new Map<string, string>(Object.entries(SCHEMAS).map(([ours, theirs]) => [theirs, ours]));
  const all = [...named, ...placed].map(([ours, schema]) => [ours, tidy(schema, names)] as const);
  return Object.fromEntries(all.sort(([left], [right]) => (left < right ? -1 : 1)));
}

function constantsOf(schemas: Readonly<Record<string, Json>>): string {
  const words = Object.entries(WORDS).map(([constant, name]) => {
    const list = at(schemas[name], ['enum'], `enumeration ${name}`);
    return `export const ${constant} = ${JSON.stringify(list)} as const satisfies readonly ${name}[];`;
  });
  const defaults = Object.entries(DEFAULTS).map(([constant, path]) => {
    return `export const ${constant} = ${JSON.stringify(at(schemas, path, path.join('/')))};`;
  });
  return `${[...words, ...defaults].join('\n')}\n`;
}

/** `components["schemas"]["Name"]` */
function schemaName(node: ts.Node): string | null {
  if (!ts.isIndexedAccessTypeNode(node) || !ts.isIndexedAccessTypeNode(node.objectType)) return null;
  const { literal } = ts.isLiteralTypeNode(node.indexType) ? node.indexType : { literal: null };
  return literal !== null && ts.isStringLiteral(literal) ? literal.text : null;
}

/** Each schema as a type of its own that refers to others by name only. */
function typesOf(nodes: readonly ts.Node[]): readonly ts.Node[] {
  const components = nodes.filter(ts.isInterfaceDeclaration).find(({ name }) => name.text === 'components');
  const schemas = components?.members
    .filter(ts.isPropertySignature)
    .find(({ type }) => type && ts.isTypeLiteralNode(type));
  const { factory } = ts;
  const short = (node: ts.Node): ts.Node => {
    const name = schemaName(node);
    return name === null ? ts.visitEachChild(node, short, undefined) : factory.createTypeReferenceNode(name);
  };
  if (schemas?.type === undefined || !ts.isTypeLiteralNode(schemas.type)) throw new Error('no schemas became types');
  return schemas.type.members.filter(ts.isPropertySignature).map(({ name, type }) => {
    const named = ts.isIdentifier(name) || ts.isStringLiteral(name) ? name.text : '';
    const own = type && ts.visitNode(type, short, ts.isTypeNode);
    if (own === undefined) throw new Error(`the schema ${named} has become no type`);
    const exported = [factory.createModifier(ts.SyntaxKind.ExportKeyword)];
    return ts.isTypeLiteralNode(own)
      ? factory.createInterfaceDeclaration(exported, named, undefined, undefined, own.members)
      : factory.createTypeAliasDeclaration(exported, named, undefined, own);
  });
}

export async function sdkTypes(openApiJson: string): Promise<string> {
  const schemas = schemasOf(JSON.parse(openApiJson));
  const reduced = { openapi: '3.1.0', info: { title: 'Conveyance', version: '' }, paths: {}, components: { schemas } };
  const nodes = await openapiTS(JSON.stringify(reduced), {
    immutable: true,
    // A field with a default may be left out of a request.
    defaultNonNullable: false,
  });
  return `${HEADER}${astToString([...typesOf(nodes)])}\n${constantsOf(schemas)}`;
}

const ADMIN_HEADER = `/** Generated from docs/openapi-admin.json by \`npm run generate\`: what operators are told. Do not edit. */
`;

/** Refusals the console reads as every client does, the others not at all. */
const UNREAD_BY_CONSOLE = ['Error', 'Upload', 'UploadList', 'Load', 'LoadState'];

/** console/src/server/admin-wire.ts: the schemas of the operators' document. */
export async function adminTypes(document: object): Promise<string> {
  const { components, ...rest } = JSON.parse(JSON.stringify(document));
  const schemas: Record<string, { readonly properties: object }> = Object.fromEntries(
    Object.entries<{ readonly properties: object }>(components.schemas).filter(
      ([name]) => !UNREAD_BY_CONSOLE.includes(name),
    ),
  );
  const reduced = { ...rest, components: { ...components, schemas }, paths: {}, webhooks: {} };
  const nodes = await openapiTS(JSON.stringify(reduced), { immutable: true, defaultNonNullable: false });
  // The log as a file has them as its columns.
  const fields = Object.keys(schemas['AuditEntry']?.properties ?? {});
  const constant = `export const AUDIT_ENTRY_FIELDS = ${JSON.stringify(fields)} as const satisfies readonly (keyof AuditEntry)[];`;
  return `${ADMIN_HEADER}${astToString([...typesOf(nodes)])}\n${constant}\n`;
}
