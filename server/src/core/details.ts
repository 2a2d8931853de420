/** What can be requested about properties besides their reports: the words of the Reonomy dialect’s `property-details`, and what a look-up shows. */
import type { PageRequest } from './pages.ts';

export const DETAIL_TYPES = ['basic', 'mortgages', 'ownership', 'reported_owner', 'sales', 'taxes', 'tenants'] as const;
export type DetailType = (typeof DETAIL_TYPES)[number];

/** A request's frozen parameters. The property ids are kept beside it. */
export interface DetailsSpec {
  /** Distinct, at least one. */
  readonly detailTypes: readonly DetailType[];
  /** Leaves out what identifies a person. */
  readonly filterPii: boolean;
  /**
   * Only properties for which one of these types was updated on its day or later (`YYYY-MM-DD`); null for all. Its types are among
   * `detailTypes`.
   */
  readonly updated: Readonly<Partial<Record<DetailType, string>>> | null;
}

/**
 * The namespace of the UUIDs (version 5) that stand for property ids in the Reonomy dialect. Every id that was ever handed out derives
 * from it: it can never change.
 */
export const PROPERTY_ID_NAMESPACE = 'c17b4f0e-83a5-4d2c-9e64-5f0ad2b8e391';

/** Both public ids of a property. */
export interface PropertyIdPair {
  readonly id: number;
  readonly uuid: string;
}

/** Ids of either kind with the other beside each, in the order in which they were given. */
export interface TranslatedIds {
  readonly pairs: readonly PropertyIdPair[];
  /** Those of no property that the caller may see. */
  readonly unknown: readonly (number | string)[];
}

/** As a look-up shows it. */
export interface PropertySummary extends PropertyIdPair {
  readonly propertyName: string | null;
  readonly address: string | null;
  readonly city: string | null;
  readonly state: string | null;
  readonly zipCode: string | null;
  readonly latitude: number | null;
  readonly longitude: number | null;
  readonly unitCount: number | null;
  readonly yearBuilt: number | null;
  readonly propertyClass: string | null;
}

/** All ignore case. `contains` finds any part of the text, `begins` its beginning, every character taken literally. */
export interface TextFilter {
  readonly column: 'city' | 'state' | 'zip_code' | 'market_name' | 'property_name' | 'management_company_name';
  readonly match: 'is' | 'begins' | 'contains';
}

export interface Circle {
  readonly latitude: number;
  readonly longitude: number;
  readonly radiusMiles: number;
}

/** Which properties are looked up, and which page of them. */
export interface Lookup {
  readonly texts: readonly { readonly filter: TextFilter; readonly text: string }[];
  readonly circle: Circle | null;
  readonly page: PageRequest;
}
