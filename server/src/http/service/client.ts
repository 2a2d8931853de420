/** `/client/*`: what a customer needs to use this server, in this server's version. */
import { z } from 'zod';
import { ConveyanceError } from '../../core/errors.ts';
import type { ClientFile } from '../../core/ports/client-files.ts';
import { integer, text } from '../../wire/fields.ts';
import { refused } from '../server/answers.ts';
import { type Door, type OpenOperation, pathParameter } from '../server/operation.ts';
import { matchesEtag } from './byte-range.ts';

const PATH = '/client';
const MANIFEST = 'manifest.json';
const SUMS = 'SHA256SUMS';

const manifestSchema = z
  .object({
    version: text({ description: 'Of the server, and so of the files.' }),
    files: z.array(
      z.object({
        name: text(),
        url: text(),
        bytes: integer(),
        sha256: text({ description: 'In hex.' }),
        install: text({ description: 'The command that installs it, or fetches it.' }),
      }),
    ),
  })
  .meta({ id: 'ClientManifest' });

const INSTALL: Readonly<Record<string, (url: string) => string>> = {
  'conveyance-cli.tgz': (url) => `npm i -g ${url}`,
  'conveyance-sdk.tgz': (url) => `npm i ${url}`,
};

function manifest({ settings, version }: Door, files: readonly ClientFile[]): z.infer<typeof manifestSchema> {
  return {
    version,
    files: files.map(({ name, bytes, sha256 }) => {
      const url = `${settings.publicUrl}${PATH}/${name}`;
      return { name, url, bytes: bytes.byteLength, sha256, install: INSTALL[name]?.(url) ?? `curl -O ${url}` };
    }),
  };
}

/** As `sha256sum --check` reads them. */
function sums(files: readonly ClientFile[]): string {
  return files.map(({ name, sha256 }) => `${sha256}  ${name}\n`).join('');
}

export const getClientManifest: OpenOperation = {
  method: 'GET',
  path: `${PATH}/${MANIFEST}`,
  document: {
    operationId: 'getClientManifest',
    tag: 'Service',
    summary: 'Clients of This Server',
    description: 'Command line, SDK and Python module as this server hands them out, with version and sums.',
    responses: { 200: { description: 'What there is', schema: manifestSchema } },
  },
  async answer(door, { reply }) {
    reply.header('cache-control', 'no-cache');
    return manifest(door, await door.clientFiles.list());
  },
};

export const getClientSums: OpenOperation = {
  method: 'GET',
  path: `${PATH}/${SUMS}`,
  document: {
    operationId: 'getClientSums',
    tag: 'Service',
    summary: 'Sums of the Clients',
    description: 'SHA-256 of each file, as `sha256sum --check` reads them.',
    responses: { 200: { description: 'One line a file', contentType: 'text/plain', schema: z.string() } },
  },
  async answer({ clientFiles }, { reply }) {
    reply.header('cache-control', 'no-cache').type('text/plain; charset=utf-8');
    return sums(await clientFiles.list());
  },
};

export const downloadClient: OpenOperation = {
  method: 'GET',
  path: `${PATH}/:name`,
  document: {
    operationId: 'downloadClient',
    tag: 'Service',
    summary: 'Download a Client',
    description:
      'One of the files that the manifest lists: `conveyance-cli.tgz`, `conveyance-sdk.tgz`, `conveyance.py`.',
    params: z.object({ name: text({ description: 'The file’s name.' }) }),
    responses: {
      200: {
        description: 'The file',
        contentType: 'application/octet-stream',
        schema: z.string().meta({ format: 'binary' }),
        headers: { ETag: { description: 'Strong: the SHA-256 of the file in hex, in quotes.', type: 'string' } },
      },
      304: { description: 'The client has the file already' },
      404: refused('There is no such file', 'not_found', 'There is no such client file; there are: conveyance-cli.tgz'),
    },
  },
  async answer({ clientFiles }, { request, reply }) {
    const files = await clientFiles.list();
    const name = pathParameter(request, 'name');
    const file = files.find((each) => each.name === name);
    if (file === undefined) {
      const names = [...files.map((each) => each.name), MANIFEST, SUMS].join(', ');
      throw new ConveyanceError('not_found', `There is no such client file; there are: ${names}`);
    }
    const etag = `"${file.sha256}"`;
    // The path stays, the version behind it does not: a cache has to ask.
    reply.headers({ etag, 'cache-control': 'no-cache', 'content-type': file.contentType });
    if (matchesEtag(request.headers['if-none-match'], etag)) return reply.code(304).send();
    return reply.send(file.bytes);
  },
};
