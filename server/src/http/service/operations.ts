/** The operations of the server itself, at the root: tokens, downloads, clients, the description of the interface, health. */
import type { OpenOperation } from '../server/operation.ts';
import { downloadClient, getClientManifest, getClientSums } from './client.ts';
import { downloadFile, inspectFile } from './files.ts';
import { getLiveness, getReadiness } from './health.ts';
import { issueAccessToken } from './issue-token.ts';
import { getOpenApi } from './open-api.ts';

/** An explicit HEAD must come before its GET: otherwise the router makes its own. */
export const SERVICE_OPERATIONS: readonly OpenOperation[] = [
  issueAccessToken,
  inspectFile,
  downloadFile,
  getOpenApi,
  getLiveness,
  getReadiness,
  getClientManifest,
  getClientSums,
  downloadClient,
];
