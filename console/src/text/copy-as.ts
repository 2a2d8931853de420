/** A request as a program would send it: text that runs as it stands, with the credential in the environment. */
import type { ReportRequest } from '@conveyance/sdk';

export const LANGUAGES = ['curl', 'CLI', 'TypeScript', 'Python'] as const;
export type Language = (typeof LANGUAGES)[number];

/** In single quotes nothing means anything to a shell but the quote itself. */
export function shellQuoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}

const SUFFIXES = { none: '', gzip: '.gz', zstd: '.zst' } as const;

function fileName({ report_type: report, output_format: format, compression = 'none' }: ReportRequest): string {
  return `${report}.${format}${SUFFIXES[compression]}`;
}

function curl(url: string, request: ReportRequest): string {
  return [
    `curl -X POST ${shellQuoted(`${url}/apartmentiq/api/v1/bulk_api/jobs`)} \\`,
    '  -H "Authorization: Bearer $CONVEYANCE_TOKEN" \\',
    "  -H 'Content-Type: application/json' \\",
    `  -d ${shellQuoted(JSON.stringify(request))}`,
  ].join('\n');
}

function options(request: ReportRequest): readonly string[] {
  const { columns, compression, csv_profile: profile, callback_url: callback, name } = request;
  return [
    ...(columns === undefined ? [] : [`--columns ${shellQuoted(columns.join(','))}`]),
    ...(compression === undefined || compression === 'none' ? [] : [`--compression ${compression}`]),
    ...(profile === undefined || profile === 'standard' ? [] : [`--csv-profile ${profile}`]),
    ...(callback === undefined ? [] : [`--callback-url ${shellQuoted(callback)}`]),
    ...(name === undefined ? [] : [`--name ${shellQuoted(name)}`]),
  ];
}

function cli(url: string, request: ReportRequest): string {
  const { report_type: report, output_format: format, start_date: from, end_date: to } = request;
  const { property_ids: ids = [], property_list: list } = request;
  return [
    `export CONVEYANCE_URL=${shellQuoted(url)}`,
    [
      `conveyance export --report ${report} --format ${format} --from ${from} --to ${to}`,
      list === undefined ? `--ids ${ids.join(',')}` : `--list ${shellQuoted(list)}`,
      ...options(request),
    ].join(' \\\n  '),
  ].join('\n');
}

function typescript(url: string, request: ReportRequest): string {
  return [
    "import { env } from 'node:process';",
    "import { Conveyance } from '@conveyance/sdk';",
    "import { downloadExport } from '@conveyance/sdk/node';",
    '',
    `const client = new Conveyance({ url: ${JSON.stringify(url)}, token: env.CONVEYANCE_TOKEN });`,
    `const job = await client.exports.create(${JSON.stringify(request, null, 2)});`,
    'await client.exports.wait(job.job_id);',
    `await downloadExport(client, job.job_id, ${JSON.stringify(fileName(request))});`,
  ].join('\n');
}

function python(url: string, request: ReportRequest): string {
  return [
    'import json, os',
    'from conveyance import Conveyance',
    '',
    `client = Conveyance(url=${JSON.stringify(url)}, token=os.environ["CONVEYANCE_TOKEN"])`,
    // What JSON escapes in a text, Python reads in the same way.
    `job = client.create(json.loads(${JSON.stringify(JSON.stringify(request))}))`,
    'client.wait(job["job_id"])',
    `client.download(job["job_id"], ${JSON.stringify(fileName(request))})`,
  ].join('\n');
}

const WRITERS: Readonly<Record<Language, (url: string, request: ReportRequest) => string>> = {
  curl,
  CLI: cli,
  TypeScript: typescript,
  Python: python,
};

export function copyAs(language: Language, url: string, request: ReportRequest): string {
  return WRITERS[language](url, request);
}
