/** The operations of the console, at the root: its page and its sessions. */
import type { OpenOperation } from '../server/operation.ts';
import { getConsole, getConsoleFile } from './page.ts';
import { createSession, deleteSession, endOtherSession, getSession, listSessions } from './session.ts';

export const CONSOLE_OPERATIONS: readonly OpenOperation[] = [
  createSession,
  getSession,
  deleteSession,
  listSessions,
  endOtherSession,
  getConsole,
  getConsoleFile,
];
