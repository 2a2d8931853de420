/**
 * Writes the documents that derive from the code, so that they cannot contradict it.
 *
 *   npx tsc -b && node .build/generate.js           writes what is stale
 *   npx tsc -b && node .build/generate.js --check   writes nothing; exits 1 and names what is stale
 *
 * It reads the built server, because Node 20 cannot run TypeScript.
 */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { keptResults } from '../.bench/frame/results.js';
import { WHY_MISSED } from '../.bench/why-missed.js';
import { cliMarkdown } from '../server/dist/cli/reference.js';
import { SETTINGS, VERSION } from '../server/dist/config.js';
import { AUDIT_EVENTS, AUDIT_FIELDS } from '../server/dist/core/audit.js';
import { typeName } from '../server/dist/core/column-types.js';
import { ERRORS } from '../server/dist/core/errors.js';
import { ADMIN } from '../server/dist/http/admin/dialect.js';
import { APARTMENTIQ } from '../server/dist/http/dialects/apartmentiq/dialect.js';
import { REONOMY } from '../server/dist/http/dialects/reonomy/dialect.js';
import { openApiDocument } from '../server/dist/http/openapi.js';
import { ADMIN_DOCUMENT, ADMIN_OPERATIONS, OPERATIONS } from '../server/dist/http/operations.js';
import type { Dialect } from '../server/dist/http/server/dialect.js';
import { SCOPE_MEANINGS, scopeOf } from '../server/dist/http/server/operation.js';
import { NOT_OURS, PLACES } from '../server/dist/jobs/erasure/places.js';
import { OBJECT_RETENTION, TABLE_RETENTION } from '../server/dist/jobs/retention-table.js';
import { HIGHEST_COST, MATCH_CODES } from '../server/dist/matching/codes.js';
import { CONFIDENCE_BANDS, CONFIDENCE_BEYOND, WEAK_CONFIDENCE } from '../server/dist/matching/decide/confidence.js';
import { REPORTS } from '../server/dist/reports/catalogue.js';
import { detailTypesMarkdown } from '../server/dist/reports/details/dictionary.js';
import { SEARCH_SETTINGS } from '../server/dist/reports/details/search-settings.js';
import { dictionaryMarkdown } from '../server/dist/reports/dictionary.js';
import { METRICS } from '../server/dist/telemetry/metrics.js';
import { TABLES } from '../server/dist/warehouse/tables.js';
import { APARTMENTIQ_ERRORS } from '../server/dist/wire/apartmentiq/errors.js';
import { REONOMY_ERROR_NAMES } from '../server/dist/wire/reonomy/errors.js';
import { ALERTS, alertRules, alertsMarkdown } from './alerts.ts';
import { auditMarkdown } from './audit-markdown.ts';
import { configurationMarkdown } from './configuration-markdown.ts';
import { errorsMarkdown } from './errors-markdown.ts';
import { grafanaDashboard } from './grafana-dashboard.ts';
import { httpMarkdown, type RouteGroup } from './http-markdown.ts';
import { matchCodesMarkdown } from './match-codes-markdown.ts';
import { metricsMarkdown } from './metrics-markdown.ts';
import { performanceMarkdown, performancePictures } from './performance-markdown.ts';
import { retentionMarkdown } from './retention-markdown.ts';
import { adminTypes, sdkTypes } from './sdk-types.ts';
import { searchSettingsModule } from './search-settings-module.ts';
import { warehouseMarkdown } from './warehouse-markdown.ts';

interface GeneratedDocument {
  /** From the root of the repository. */
  readonly path: string;
  readonly content: () => string | Promise<string>;
}

/** The document of a server with default settings: the origin is one of them. */
function openApiJson(): string {
  const document = openApiDocument(OPERATIONS, { publicUrl: 'http://127.0.0.1:8080', version: VERSION });
  return `${JSON.stringify(document, null, 2)}\n`;
}

function adminOpenApi() {
  const settings = { publicUrl: 'http://127.0.0.1:8080', version: VERSION, about: ADMIN_DOCUMENT };
  return openApiDocument(ADMIN_OPERATIONS, settings);
}

function withScopes({ operations }: Dialect): RouteGroup['operations'] {
  return operations.map((operation) => ({ ...operation, scope: scopeOf(operation) }));
}

const ROUTE_GROUPS: readonly RouteGroup[] = [
  {
    title: 'Bulk Data Export',
    introduction: 'ApartmentIQ’s contract and what we add to it, with a bearer token.',
    bases: APARTMENTIQ.prefixes,
    operations: withScopes(APARTMENTIQ),
  },
  {
    title: 'Batch jobs',
    introduction: 'Reonomy’s contract, with access key and secret as HTTP Basic, and a `User-Agent`.',
    bases: REONOMY.prefixes,
    operations: withScopes(REONOMY),
  },
  {
    title: 'The server itself',
    introduction: 'Tokens, downloads, the description of the interface, health.',
    bases: [''],
    operations: [...OPERATIONS.service, ...ADMIN_OPERATIONS.service],
  },
  {
    title: 'Operators',
    introduction:
      'Accounts, the queue, the data, the audit log and the server, with a bearer token of an operator (`conveyance keys create --operator`). ' +
      'They have a document of their own: [openapi-admin.json](openapi-admin.json), served at `/admin/openapi.json`.',
    bases: ADMIN.prefixes,
    operations: withScopes(ADMIN),
  },
];

const results = await keptResults();

const DOCUMENTS: readonly GeneratedDocument[] = [
  { path: 'docs/performance.md', content: () => performanceMarkdown(results, WHY_MISSED) },
  ...performancePictures(results).map(({ path, content }) => ({ path: `docs/${path}`, content: () => content })),
  { path: 'docs/dictionary.md', content: () => dictionaryMarkdown(Object.values(REPORTS)) },
  { path: 'docs/detail-types.md', content: () => detailTypesMarkdown(SEARCH_SETTINGS) },
  {
    path: 'docs/warehouse.md',
    content: () => warehouseMarkdown(Object.values(TABLES), ({ type }) => typeName(type)),
  },
  {
    path: 'docs/errors.md',
    content: () => errorsMarkdown(ERRORS, { apartmentiq: APARTMENTIQ_ERRORS, reonomy: REONOMY_ERROR_NAMES }),
  },
  {
    path: 'docs/match-codes.md',
    content: () =>
      matchCodesMarkdown(MATCH_CODES, [...CONFIDENCE_BANDS, [HIGHEST_COST, CONFIDENCE_BEYOND]], WEAK_CONFIDENCE),
  },
  { path: 'docs/configuration.md', content: () => configurationMarkdown(Object.values(SETTINGS)) },
  { path: 'docs/metrics.md', content: () => metricsMarkdown(Object.values(METRICS)) },
  { path: 'docs/alerts.md', content: () => alertsMarkdown(ALERTS) },
  { path: 'deploy/prometheus/conveyance-rules.yaml', content: () => alertRules(ALERTS) },
  { path: 'deploy/grafana/conveyance.json', content: () => grafanaDashboard(Object.values(METRICS)) },
  {
    path: 'docs/retention.md',
    content: () =>
      retentionMarkdown(TABLE_RETENTION, OBJECT_RETENTION, { places: Object.values(PLACES), notOurs: NOT_OURS }),
  },
  { path: 'docs/audit-log.md', content: () => auditMarkdown(AUDIT_EVENTS, AUDIT_FIELDS) },
  { path: 'docs/cli.md', content: cliMarkdown },
  { path: 'docs/http.md', content: () => httpMarkdown(ROUTE_GROUPS, SCOPE_MEANINGS) },
  { path: 'docs/openapi.json', content: openApiJson },
  { path: 'docs/openapi-admin.json', content: () => `${JSON.stringify(adminOpenApi(), null, 2)}\n` },
  { path: 'console/src/server/admin-wire.ts', content: () => adminTypes(adminOpenApi()) },
  { path: 'sdk/src/contract/search-settings.ts', content: () => searchSettingsModule(SEARCH_SETTINGS) },
  { path: 'sdk/src/contract/wire.ts', content: async () => sdkTypes(await openApiJson()) },
];

/** The built script is one folder below the root, like its source. */
const ROOT = new URL('../', import.meta.url);

async function readIfPresent(file: URL): Promise<string | null> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
    throw error;
  }
}

async function staleDocuments(): Promise<readonly { readonly path: string; readonly content: string }[]> {
  const stale = [];
  for (const { path, content } of DOCUMENTS) {
    const expected = await content();
    if ((await readIfPresent(new URL(path, ROOT))) !== expected) stale.push({ path, content: expected });
  }
  return stale;
}

const checkOnly = process.argv.includes('--check');
const stale = await staleDocuments();
for (const { path, content } of stale) {
  if (!checkOnly) {
    await mkdir(new URL('.', new URL(path, ROOT)), { recursive: true });
    await writeFile(new URL(path, ROOT), content);
  }
  process.stderr.write(checkOnly ? `${path} is stale: run \`npm run generate\` and commit it\n` : `wrote ${path}\n`);
}
if (checkOnly && stale.length > 0) process.exitCode = 1;
