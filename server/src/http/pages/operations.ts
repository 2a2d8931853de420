/** Pages for people, and the files that they need: home, the API reference, the documentation. */
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { ConveyanceError } from '../../core/errors.ts';
import { text } from '../../wire/fields.ts';
import { type Door, type OpenCall, type OpenOperation, pathParameter, queryParameters } from '../server/operation.ts';
import { getHome, homePage } from './home.ts';
import {
  DOCS_PATH,
  FRAME_STYLE_NAME,
  HTML_TYPE,
  PLAIN_POLICY,
  REFERENCE_PATH,
  REFERENCE_POLICY,
  SEARCH_PATH,
  SEARCH_POLICY,
  START_PATH,
  TEXT_STYLE_NAME,
} from './layout.ts';
import { createLibrary } from './library.ts';
import { BUNDLE_NAME, BUNDLE_URL, referencePage, START, START_NAME } from './reference.ts';
import { FRAME_STYLE, TEXT_STYLE } from './style.ts';

/** From `src` and from `dist` alike. */
const LIBRARY = createLibrary(new URL('../../../../', import.meta.url));
const JAVASCRIPT_TYPE = 'text/javascript; charset=utf-8';
/** They change with the program, under the same address. */
const KEPT_FOR_AN_HOUR = 'public, max-age=3600';

const CSS_TYPE = 'text/css; charset=utf-8';

/** What pages need beside themselves, by name. */
const ASSETS: ReadonlyMap<string, { readonly type: string; readonly text: string }> = new Map([
  [FRAME_STYLE_NAME, { type: CSS_TYPE, text: FRAME_STYLE }],
  [TEXT_STYLE_NAME, { type: CSS_TYPE, text: TEXT_STYLE }],
  [START_NAME, { type: JAVASCRIPT_TYPE, text: START }],
]);

async function sendBundle(reply: FastifyReply): Promise<FastifyReply> {
  const { size } = await stat(BUNDLE_URL);
  reply.headers({ 'content-type': JAVASCRIPT_TYPE, 'content-length': size, 'cache-control': KEPT_FOR_AN_HOUR });
  return reply.send(createReadStream(BUNDLE_URL));
}

/** The page of that name: two are no files. */
function pageNamed(name: string, door: Door, request: FastifyRequest): Promise<string | null> | string {
  if (DOCS_PATH + name === START_PATH) return homePage(door);
  if (DOCS_PATH + name === SEARCH_PATH) return LIBRARY.search(queryParameters(request)['q'] ?? '');
  return LIBRARY.page(name);
}

async function sendDocs(door: Door, { request, reply }: OpenCall): Promise<FastifyReply | string> {
  const name = pathParameter(request, '*');
  if (name === BUNDLE_NAME) return sendBundle(reply);
  const asset = ASSETS.get(name);
  if (asset !== undefined) {
    reply.headers({ 'content-type': asset.type, 'cache-control': KEPT_FOR_AN_HOUR });
    return asset.text;
  }
  const page = await pageNamed(name, door, request);
  if (page === null) throw new ConveyanceError('not_found', `There is no such page; ${DOCS_PATH}index lists all`);
  const policy = DOCS_PATH + name === SEARCH_PATH ? SEARCH_POLICY : PLAIN_POLICY;
  reply.headers({ 'content-type': HTML_TYPE, 'content-security-policy': policy });
  return page;
}

const getReference: OpenOperation = {
  method: 'GET',
  path: REFERENCE_PATH,
  document: {
    operationId: 'getReference',
    tag: 'Service',
    summary: 'API Reference',
    description: 'This document as a page, for people.',
    responses: { 200: { description: 'A page', contentType: 'text/html', schema: z.string() } },
  },
  async answer(_door, { reply }) {
    reply.headers({ 'content-type': HTML_TYPE, 'content-security-policy': REFERENCE_POLICY });
    return referencePage();
  },
};

const getDocsPage: OpenOperation = {
  method: 'GET',
  path: `${DOCS_PATH}*`,
  document: {
    operationId: 'getDocsPage',
    tag: 'Service',
    summary: 'Documentation',
    description: `A page of the documentation, or a file that pages need. \`${DOCS_PATH}index\` lists the pages, \`${SEARCH_PATH}?q=\` those with some words.`,
    params: z.object({ key: text({ description: 'The page’s name, such as `exports`.' }) }),
    query: z.object({ q: text({ description: 'Words; with `search` alone.' }).optional() }),
    responses: {
      200: { description: 'A page', contentType: 'text/html', schema: z.string() },
      404: { description: 'There is no such page' },
    },
  },
  answer: sendDocs,
};

export const PAGE_OPERATIONS: readonly OpenOperation[] = [getHome, getReference, getDocsPage];
