/** The description of operators' operations. It tells nothing of this server that the program's own documentation does not. */
import { z } from 'zod';
import type { OpenOperation } from '../server/operation.ts';

export const getAdminOpenApi: OpenOperation = {
  method: 'GET',
  path: '/admin/openapi.json',
  document: {
    operationId: 'getAdminOpenApi',
    tag: 'System',
    summary: 'OpenAPI Document',
    description: 'The document of the operators’ interface.',
    responses: { 200: { description: 'OpenAPI 3.1', schema: z.record(z.string(), z.unknown()) } },
  },
  async answer({ adminOpenApi }) {
    return adminOpenApi();
  },
};
