/** Who may do what. */
import { ConveyanceError } from './errors.ts';

export const SCOPES = ['exports:read', 'exports:write', 'data:read', 'keys', 'admin'] as const;
export type Scope = (typeof SCOPES)[number];
/**
 * What a key gets by default: everything a customer’s program does. Nothing of the operator's, and no power over keys: whoever finds one must not
 * be able to make another that outlives it.
 */
export const DEFAULT_SCOPES: readonly Scope[] = ['exports:read', 'exports:write', 'data:read'];

/** What people who are invited to the console may do; programs have scopes of their own. */
export const ROLES = {
  /** Sees and downloads. */
  viewer: ['exports:read', 'data:read'],
  /** Also creates, cancels and schedules, and looks after the account's keys. */
  member: [...DEFAULT_SCOPES, 'keys'],
} as const satisfies Readonly<Record<string, readonly Scope[]>>;

/** What people may be at the console: of an account, or of the server. */
export const CONSOLE_ROLES = ['viewer', 'member', 'operator'] as const;
export type ConsoleRole = (typeof CONSOLE_ROLES)[number];

/** The role that comes closest to what the scopes allow. */
export function roleOf(scopes: readonly Scope[]): ConsoleRole {
  if (scopes.includes('admin')) return 'operator';
  return scopes.includes('exports:write') ? 'member' : 'viewer';
}

export function isScope(text: string): text is Scope {
  return (SCOPES as readonly string[]).includes(text);
}

export interface Account {
  readonly id: string;
  readonly name: string;
  readonly createdAt: Date;
  /** True if the account may see every property of the warehouse, including future ones. */
  readonly allProperties: boolean;
  /** The condition that says which properties it may see; null if it may see all, or those of a list. */
  readonly grantRule: string | null;
  /** Since when none of its credentials and links opens anything; null if they do. */
  readonly suspendedAt: Date | null;
  /** Its jobs and entries in the audit log may still be there; it itself cannot come back. */
  readonly deletedAt: Date | null;
}

/** The account that operators' credentials belong to: no customer's, and in no list. The database has it from the start. */
export const OPERATORS_ACCOUNT = '00000000-0000-4000-8000-000000000000';
export const OPERATOR_SCOPES: readonly Scope[] = ['admin'];

/** Who is calling: an account, with one of its credentials. */
export interface Caller {
  readonly accountId: string;
  readonly credentialId: string;
  readonly scopes: readonly Scope[];
  /** The other end of the connection, for the audit log. Absent if there is none. */
  readonly address?: string;
  /** The caller is a page of the console: what its browser loads must come from this server. */
  readonly isPage?: true;
  /** The session of the console that it comes by: what it follows ends with that. */
  readonly sessionId?: string;
}

/** The scope `admin` is worth nothing to a customer's credential, whoever gave it to it. */
export function may({ accountId, scopes }: Caller, scope: Scope): boolean {
  return scopes.includes(scope) && (scope !== 'admin' || accountId === OPERATORS_ACCOUNT);
}

/** A credential as it may be shown: without its secret, which nobody has. */
export interface Credential {
  readonly id: string;
  readonly accountId: string;
  /** A person has come by an invitation, and proves itself by sessions alone. */
  readonly kind: 'key' | 'token' | 'person';
  /** The public half of a key pair; null for the others. */
  readonly accessKey: string | null;
  readonly scopes: readonly Scope[];
  readonly createdAt: Date;
  readonly revokedAt: Date | null;
  /** What people call it. */
  readonly name: string | null;
  /** Null for one that is good until it is revoked. */
  readonly expiresAt: Date | null;
  /** By the database's clock. */
  readonly isExpired: boolean;
  /** When it was last taken, to the minute, and from where; null if it never was. */
  readonly lastUsedAt: Date | null;
  readonly lastAddress: string | null;
  /** Its account's credentials open nothing just now. */
  readonly isSuspended: boolean;
}

/** What a caller may do, with the scope that it takes. */
export const PERMISSIONS = {
  'create jobs': 'exports:write',
  'view jobs': 'exports:read',
  'cancel jobs': 'exports:write',
  'download results': 'exports:read',
  'view usage': 'exports:read',
  'view schedules': 'exports:read',
  'change schedules': 'exports:write',
  'view lists': 'exports:read',
  'change lists': 'exports:write',
  'view webhook deliveries': 'exports:read',
  'send webhooks': 'exports:write',
  // Whoever has them can send what passes for our webhooks: nothing for a credential that may only read.
  'view webhook secrets': 'exports:write',
  'rotate webhook secrets': 'exports:write',
  'view access keys': 'keys',
  'change access keys': 'keys',
  'look up properties': 'data:read',
  'search properties': 'data:read',
  'read properties': 'data:read',
  'resolve properties': 'data:read',
  'operate the server': 'admin',
} as const satisfies Readonly<Record<string, Scope>>;
export type Permission = keyof typeof PERMISSIONS;

/** `forbidden`: what the caller may not do. Each contract has a sentence of its own for it. */
export class PermissionDenied extends ConveyanceError {
  readonly permission: Permission;

  constructor(permission: Permission, message: string) {
    super('forbidden', message);
    this.permission = permission;
  }
}

const IDS_NAMED = 20;

/** The first ids of a list that may have a million. */
export function firstIds(ids: readonly number[]): string {
  return `${ids.slice(0, IDS_NAMED).join(', ')}${ids.length > IDS_NAMED ? ', …' : ''}`;
}

/**
 * `forbidden`: ids that the account may not see, or that do not exist. Which of the two it does not say, or an account could find out what
 * there is besides its own.
 */
export class PropertiesDenied extends ConveyanceError {
  constructor(ids: readonly number[]) {
    const message = `property_ids contains ${ids.length} IDs that do not exist or that you may not access: ${firstIds(ids)}`;
    super('forbidden', message, { errors: [message] });
  }
}

/** Throws `forbidden` where the caller lacks the scope. */
export function requirePermission(caller: Caller, permission: Permission): void {
  const scope = PERMISSIONS[permission];
  if (may(caller, scope)) return;
  throw new PermissionDenied(permission, `This credential may not ${permission}: it lacks the scope ${scope}`);
}

/** Told to whoever has proved to be somebody of the account, or has a link of it, and to nobody else. */
export function accountSuspended(): ConveyanceError {
  return new ConveyanceError(
    'account_suspended',
    'This account is suspended: nothing of it is lost, and its credentials work again when the operator of the server has resumed it',
  );
}
