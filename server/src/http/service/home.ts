/** For visitors with nothing but the address: what this is, and the OpenAPI document. */
import { z } from 'zod';
import type { OpenOperation } from '../server/operation.ts';

export const getHome: OpenOperation = {
  method: 'GET',
  path: '/',
  document: {
    operationId: 'getHome',
    tag: 'Service',
    summary: 'Home',
    description: 'What this server is and where to go on, for people.',
    responses: { 200: { description: 'Plain text', contentType: 'text/plain', schema: z.string() } },
  },
  async answer({ settings: { publicUrl }, version, addresses }, { reply }) {
    reply.type('text/plain; charset=utf-8');
    return [
      `Conveyance ${version}: asynchronous bulk export of property data`,
      '',
      `API        ${addresses.join(' ')}`,
      `Token      POST ${publicUrl}/oauth/token`,
      `Reference  ${publicUrl}/openapi.json`,
      `Health     ${publicUrl}/livez ${publicUrl}/readyz`,
      '',
    ].join('\n');
  },
};

export const getOpenApi: OpenOperation = {
  method: 'GET',
  path: '/openapi.json',
  document: {
    operationId: 'getOpenApi',
    tag: 'Service',
    summary: 'OpenAPI Document',
    description: 'This document.',
    responses: { 200: { description: 'OpenAPI 3.1', schema: z.record(z.string(), z.unknown()) } },
  },
  async answer({ openApi }) {
    return openApi();
  },
};
