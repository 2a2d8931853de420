/** Customers, and what each may see. */
import type { Account } from '../../access.ts';
import type { PropertyIdSet } from '../../ids/property-ids.ts';

/** What an account may see of a data version: every property, or a set. */
export type Grants = 'all' | PropertyIdSet;

/** The properties for which a condition on the columns of `properties` is true, in whichever version they are looked for. */
export interface GrantRule {
  readonly rule: string;
}

/** What an account was given to see. `warehouse/visible.ts` says which properties of a version that are. */
export type Entitlement = Grants | GrantRule;

export function isRule(given: Entitlement): given is GrantRule {
  return given !== 'all' && 'rule' in given;
}

/** Behind which account of the list a page begins. */
export interface AccountPlace {
  readonly name: string;
  readonly id: string;
}

export interface AccountPageRequest {
  /** Part of the name, in any case; null for all. */
  readonly named: string | null;
  readonly after: AccountPlace | null;
  readonly limit: number;
}

/** An account as a list shows it. */
export interface AccountOverview extends Account {
  readonly quotaLimit: number | null;
  /** Distinct properties that count in the month. */
  readonly quotaUsage: number;
  /** Of its jobs that have not ended, those that a worker has, and all others. */
  readonly running: number;
  readonly waiting: number;
}

/** The account of operators is in no list. */
export interface AccountStore {
  create(account: { id: string; name: string; grants: Entitlement }): Promise<Account>;
  get(id: string): Promise<Account | null>;
  /** By name, then id; without those that were deleted. */
  list(): Promise<readonly Account[]>;
  /** The same a page at a time. @param month as `YYYY-MM`. */
  page(request: AccountPageRequest, month: string): Promise<readonly AccountOverview[]>;
  /** One of them, also a deleted one. Null if there is no such account. */
  overview(id: string, month: string): Promise<AccountOverview | null>;
  /** Throws `not_found`, also for a deleted one, as the next two do. */
  rename(id: string, name: string): Promise<void>;
  /** Publishes `credential-revoked` for each of its credentials when it is suspended. False if it was so before. */
  suspend(id: string, isSuspended: boolean): Promise<boolean>;
  /**
   * Marks it as deleted and suspended, for good, and takes away what it could still do: credentials, sessions, invitations, links, schedules,
   * secrets, webhooks that wait. The files of its results are due to be deleted. Its jobs must have ended. Inside a transaction.
   */
  delete(id: string): Promise<void>;
  /** Throws `not_found` if there is no such account. */
  grants(id: string): Promise<Entitlement>;
  /** Takes the place of what it had. Throws `not_found`. */
  setGrants(id: string, grants: Entitlement): Promise<void>;
  /** The rules of the accounts that were not deleted, each once. */
  rules(): Promise<readonly string[]>;
  /** How often the account's download links were revoked: those of another epoch are refused. Throws `not_found`. */
  linkEpoch(id: string): Promise<number>;
  /** The same, and whether they open anything just now. Throws `not_found`. */
  linkTerms(id: string): Promise<{ readonly epoch: number; readonly isSuspended: boolean }>;
  /** Revokes all links of the account that there are, and returns the new epoch. Throws `not_found`. */
  advanceLinkEpoch(id: string): Promise<number>;
}
