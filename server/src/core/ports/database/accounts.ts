/** Customers, and what each may see. */
import type { Account } from '../../access.ts';
import type { PropertyIdSet } from '../../ids/property-ids.ts';

/** What an account may see: every property, or a set. */
export type Grants = 'all' | PropertyIdSet;

export interface AccountStore {
  create(account: { id: string; name: string; grants: Grants }): Promise<Account>;
  get(id: string): Promise<Account | null>;
  /** By name, then id. */
  list(): Promise<readonly Account[]>;
  /** Throws `not_found` if there is no such account. */
  grants(id: string): Promise<Grants>;
  setGrants(id: string, grants: Grants): Promise<void>;
  /** How often the account's download links were revoked: those of another epoch are refused. Throws `not_found`. */
  linkEpoch(id: string): Promise<number>;
  /** Revokes all links of the account that there are, and returns the new epoch. Throws `not_found`. */
  advanceLinkEpoch(id: string): Promise<number>;
}
