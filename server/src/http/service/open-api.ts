/** The description of the interface, for programs. */
import { z } from 'zod';
import type { OpenOperation } from '../server/operation.ts';

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
