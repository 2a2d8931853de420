/** `/admin/v1/audit`, `/nodes` and `/system`: who did what, which processes serve, and how they are set. */
import { noteLook } from '../../jobs/operator/actor.ts';
import { auditListFields, auditListSchema, auditQuery, readAuditQuery } from '../../wire/admin/audit.ts';
import { nodeFields, nodeListSchema, settingFields, systemSchema } from '../../wire/admin/system.ts';
import { type ProtectedOperation, queryParameters } from '../server/operation.ts';
import { OPERATE, operator, responses } from './answers.ts';

export const listAudit: ProtectedOperation = {
  permission: OPERATE,
  method: 'GET',
  path: '/audit',
  unknownQuery: 'refused',
  readQuery: readAuditQuery,
  document: {
    operationId: 'listAuditEntries',
    tag: 'Audit Log',
    summary: 'List Audit Entries',
    description: 'The audit log, newest first. It has who looked at it too.',
    query: auditQuery,
    responses: responses({ description: 'A page of entries', schema: auditListSchema }),
  },
  async answer({ deps }, call) {
    const asked = readAuditQuery(queryParameters(call.request));
    await noteLook(deps, operator(call), asked.accountId, 'audit');
    return auditListFields((await deps.db.audit.last(asked)).toReversed(), asked.limit);
  },
};

export const listNodes: ProtectedOperation = {
  permission: OPERATE,
  method: 'GET',
  path: '/nodes',
  document: {
    operationId: 'listNodes',
    tag: 'System',
    summary: 'List Nodes',
    description: 'The processes that serve on the database, and the jobs that each runs.',
    responses: responses({ description: 'The nodes', schema: nodeListSchema }),
  },
  async answer({ deps: { db } }) {
    return { nodes: (await db.nodes.list()).map(nodeFields) };
  },
};

export const getSystem: ProtectedOperation = {
  permission: OPERATE,
  method: 'GET',
  path: '/system',
  document: {
    operationId: 'getSystem',
    tag: 'System',
    summary: 'Get System',
    description: 'Version, readiness and settings of the node that answers. No secret is in it.',
    responses: responses({ description: 'The server', schema: systemSchema }),
  },
  async answer({ deps, readiness, settings, version, shownSettings }) {
    const { ready, checks } = await readiness();
    return {
      version,
      public_url: settings.publicUrl,
      ready,
      checks,
      free_bytes: await deps.store.freeBytes(),
      settings: shownSettings.map(settingFields),
    };
  },
};
