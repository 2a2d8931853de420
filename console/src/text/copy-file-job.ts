/** A file job as a program would send it: text that runs as it stands, with the credential in the environment, beside the file that a match reads. */
import type { DetailType, MatchMapping } from '@conveyance/sdk';
import { type Language, shellQuoted } from './copy-as.ts';

/** A specification is sent as it is; of a match its file is. */
export type FileJobRequest =
  | {
      readonly kind: 'property-details';
      readonly specification: {
        readonly detail_type: readonly DetailType[];
        readonly property_ids: readonly string[];
        /** Of all types, or of each. */
        readonly updated?: string | Readonly<Record<string, string>>;
        readonly filters?: { readonly filter_pii: boolean };
      };
    }
  | {
      readonly kind: 'search';
      readonly specification: { readonly settings: object; readonly bounding_box?: object };
    }
  | {
      readonly kind: 'match';
      readonly filename: string;
      readonly metadata: {
        readonly headers: readonly string[];
        readonly mapping: MatchMapping;
        readonly explain?: true;
      };
    };

/** A name that begins with a hyphen would be taken for an option. */
function here(filename: string): string {
  return `./${filename}`;
}

function curlFile(request: FileJobRequest): readonly string[] {
  if (request.kind !== 'match') {
    return [`  --form-string ${shellQuoted(`file=${JSON.stringify(request.specification)}`)}`];
  }
  // In double quotes curl takes everything but these two as it is.
  const path = here(request.filename).replaceAll('\\', '\\\\').replaceAll('"', '\\"');
  return [
    `  --form-string ${shellQuoted(`metadata=${JSON.stringify(request.metadata)}`)}`,
    `  -F ${shellQuoted(`file=@"${path}"`)}`,
  ];
}

function curl(url: string, request: FileJobRequest): string {
  return [
    `curl -X POST ${shellQuoted(`${url}/v2/jobs/file`)}`,
    '  -u "$CONVEYANCE_ACCESS_KEY:$CONVEYANCE_SECRET"',
    `  -F job_type=${request.kind}`,
    ...curlFile(request),
  ].join(' \\\n');
}

function updatedOptions(updated: string | Readonly<Record<string, string>> | undefined): readonly string[] {
  if (updated === undefined) return [];
  if (typeof updated === 'string') return [`--updated ${updated}`];
  return Object.entries(updated).map(([type, day]) => `--updated ${type}=${day}`);
}

function mapOptions(mapping: MatchMapping): readonly string[] {
  return Object.entries(mapping).flatMap(([parameter, columns]) =>
    [columns].flat().map((column) => `--map ${shellQuoted(`${parameter}=${column}`)}`),
  );
}

function cliCommand(request: FileJobRequest): readonly string[] {
  if (request.kind === 'property-details') {
    const { detail_type: types, property_ids: ids, updated, filters } = request.specification;
    return [
      `conveyance details ${ids.join(' ')}`,
      `--type ${types.join(',')}`,
      ...updatedOptions(updated),
      ...(filters?.filter_pii === true ? ['--no-pii'] : []),
      '-o details.ndjson',
    ];
  }
  if (request.kind === 'search') {
    const { settings } = request.specification;
    return [
      `printf '%s' ${shellQuoted(JSON.stringify({ settings }))} |`,
      'conveyance search --as-job --file - -o search.ndjson',
    ];
  }
  const { mapping, explain } = request.metadata;
  return [
    `conveyance match ${shellQuoted(here(request.filename))}`,
    ...mapOptions(mapping),
    ...(explain === true ? ['--explain'] : []),
    '-o matched.csv',
  ];
}

function cli(url: string, request: FileJobRequest): string {
  const text = `export CONVEYANCE_URL=${shellQuoted(url)}\n${cliCommand(request).join(' \\\n  ')}`;
  const isBounded = request.kind === 'search' && request.specification.bounding_box !== undefined;
  return isBounded ? '# The command line bounds no search on the map: use one of the others.' : text;
}

/** The specification, or the file, as what `submit` takes. */
function typescriptSubmit(request: FileJobRequest): readonly string[] {
  if (request.kind === 'match') {
    return [
      `const file = new Blob([await readFile(${JSON.stringify(here(request.filename))})]);`,
      `const job = await client.files.submitMatch(file, ${JSON.stringify(request.metadata, null, 2)});`,
    ];
  }
  const specification = JSON.stringify(request.specification, null, 2);
  return [
    `const file = new Blob([JSON.stringify(${specification})]);`,
    `const job = await client.files.submit(${JSON.stringify(request.kind)}, file);`,
  ];
}

function typescript(url: string, request: FileJobRequest): string {
  return [
    ...(request.kind === 'match' ? ["import { readFile } from 'node:fs/promises';"] : []),
    "import { env } from 'node:process';",
    "import { Conveyance } from '@conveyance/sdk';",
    "import { downloadFiles } from '@conveyance/sdk/node';",
    '',
    'const client = new Conveyance({',
    `  url: ${JSON.stringify(url)},`,
    '  accessKey: env.CONVEYANCE_ACCESS_KEY,',
    '  secret: env.CONVEYANCE_SECRET,',
    '});',
    ...typescriptSubmit(request),
    'await client.files.wait(job.id);',
    "await downloadFiles(client, job.id, '.');",
  ].join('\n');
}

/** What JSON escapes in a text, Python reads in the same way. */
function pythonText(value: unknown): string {
  return JSON.stringify(JSON.stringify(value));
}

function pythonParts(request: FileJobRequest): readonly string[] {
  if (request.kind !== 'match') return [`    "file": ${pythonText(request.specification)}.encode(),`];
  return [
    `    "metadata": ${pythonText(request.metadata)}.encode(),`,
    `    "file": open(${JSON.stringify(here(request.filename))}, "rb").read(),`,
  ];
}

/** With nothing but Python's own library, which has no forms. */
function python(url: string, request: FileJobRequest): string {
  return [
    'import base64, json, os, time, urllib.request, uuid',
    '',
    `URL = ${JSON.stringify(url)}`,
    'pair = os.environ["CONVEYANCE_ACCESS_KEY"] + ":" + os.environ["CONVEYANCE_SECRET"]',
    'head = {"Authorization": "Basic " + base64.b64encode(pair.encode()).decode(), "User-Agent": "python"}',
    'parts = {',
    `    "job_type": b${JSON.stringify(request.kind)},`,
    ...pythonParts(request),
    '}',
    '',
    'def call(path, data=None, headers={}):',
    '    with urllib.request.urlopen(urllib.request.Request(URL + path, data, {**head, **headers})) as answer:',
    '        return json.load(answer)',
    '',
    'line = "form" + uuid.uuid4().hex',
    'body = b""',
    'for name, value in parts.items():',
    '    begin = \'--%s\\r\\nContent-Disposition: form-data; name="%s"\\r\\n\\r\\n\' % (line, name)',
    '    body += begin.encode() + value + b"\\r\\n"',
    'body += ("--%s--\\r\\n" % line).encode()',
    'job = call("/v2/jobs/file", body, {"Content-Type": "multipart/form-data; boundary=" + line})',
    'while job["status"] not in ("SUCCESS", "FAILURE"):',
    '    time.sleep(1)',
    '    job = call("/v2/jobs/file/" + job["id"])',
    'if job["status"] == "FAILURE":',
    '    raise SystemExit(job["message"])',
    'for number, link in enumerate(job["result_urls"], 1):',
    '    urllib.request.urlretrieve(link, "result-%d" % number)',
  ].join('\n');
}

const WRITERS: Readonly<Record<Language, (url: string, request: FileJobRequest) => string>> = {
  curl,
  CLI: cli,
  TypeScript: typescript,
  Python: python,
};

export function copyFileJobAs(language: Language, url: string, request: FileJobRequest): string {
  return WRITERS[language](url, request);
}
