/**
 * Who gets what, route by route. A route of the server that has no row fails the build. A new route is one row: its scope, the
 * sentence of its refusal, what it names, and what a permitted answer must tell. Which credentials are tried, and what each of them
 * must get, follows from that (`access-probe.ts`).
 */

import { APARTMENTIQ_DOOR } from './access-apartmentiq.ts';
import { clientCells, fileCells, publicCells, tokenCells } from './access-open.ts';
import { REONOMY_DOOR } from './access-reonomy.ts';
import type { OpenRow, ProtectedDoor } from './access-row.ts';
import { consoleLeads, noSessionCells, signInCells, signOutCells } from './access-session.ts';

export const PROTECTED_DOORS: readonly ProtectedDoor[] = [APARTMENTIQ_DOOR, REONOMY_DOOR];

export const OPEN_ROWS: readonly OpenRow[] = [
  { method: 'POST', path: '/oauth/token', cells: tokenCells },
  { method: 'HEAD', path: '/files/*', cells: fileCells },
  { method: 'GET', path: '/files/*', cells: fileCells },
  { method: 'GET', path: '/', cells: publicCells },
  { method: 'GET', path: '/docs', cells: publicCells },
  { method: 'GET', path: '/docs/*', cells: (world, method) => publicCells(world, method, '/docs/exports') },
  { method: 'GET', path: '/openapi.json', cells: publicCells },
  { method: 'GET', path: '/admin/openapi.json', cells: publicCells },
  { method: 'GET', path: '/livez', cells: publicCells },
  { method: 'POST', path: '/console/session', cells: signInCells },
  { method: 'GET', path: '/console/session', cells: noSessionCells },
  { method: 'DELETE', path: '/console/session', cells: signOutCells },
  { method: 'GET', path: '/console/sessions', cells: noSessionCells },
  { method: 'DELETE', path: '/console/sessions/:session_id', cells: noSessionCells },
  { method: 'GET', path: '/console', cells: consoleLeads },
  { method: 'GET', path: '/console/*', cells: (world, method) => publicCells(world, method, '/console/') },
  { method: 'GET', path: '/client/manifest.json', cells: publicCells },
  { method: 'GET', path: '/client/SHA256SUMS', cells: publicCells },
  { method: 'GET', path: '/client/:name', cells: clientCells },
  { method: 'GET', path: '/readyz', cells: publicCells },
];
