/** What the generator makes up before anything happens: properties, their floorplans and units. Days are counted from 1970-01-01. */
import type { Metro } from './market.ts';

/** The days for which tables are written, and the days before them that trends look back on. */
export interface Period {
  readonly firstDay: number;
  readonly lastDay: number;
  /** Observations are made from here on, so that the first written day has a year behind it. */
  readonly historyFirstDay: number;
  /** Leases are followed from here on, so that the market is in motion when observations begin. */
  readonly simulationFirstDay: number;
}

export interface Floorplan {
  readonly floorplanNo: number;
  readonly name: string;
  readonly bedrooms: number;
  readonly bathrooms: number;
  /** Null if the provider does not say. */
  readonly squareFeet: number | null;
  /** Asking rent at the level of March 2025. */
  readonly levelRent: number;
  readonly hasWasherDryer: boolean;
}

export interface Unit {
  /** Ascending within the property, also as text in the unit's id. */
  readonly unitNo: number;
  readonly floorplan: Floorplan;
  readonly name: string;
  readonly building: string | null;
  readonly floor: number | null;
  readonly squareFeet: number | null;
  readonly levelRent: number;
  readonly isFurnished: boolean;
  readonly isRenovated: boolean;
  readonly isAffordable: boolean;
  readonly amenities: readonly string[];
}

/** An advertised concession. A property has at most one at a time. */
export interface Campaign {
  readonly campaignNo: number;
  readonly firstDay: number;
  readonly lastDay: number;
  readonly weeksFree: number;
  /** The share of units that it is granted on. */
  readonly coverage: number;
  readonly details: string;
}

export interface LeaseTerm {
  readonly months: number;
  /** What the term costs above the cheapest one. */
  readonly markupPercent: number;
}

export interface Property {
  /** Ascending in key order. */
  readonly propertyNo: number;
  /** Names the random streams of everything that belongs to the property. */
  readonly stream: string;
  /** The part of a unit's id before the underscore. */
  readonly unitPrefix: string;
  readonly metro: Metro;
  readonly propertyClass: 'A' | 'B' | 'C';
  readonly buildingType: 'garden' | 'mid-rise' | 'high-rise';
  readonly stories: number;
  /** First day of observations. */
  readonly trackedFromDay: number;
  /** A new building opens empty on `trackedFromDay` and fills; the others are full from the start. */
  readonly opensEmpty: boolean;
  /** Below 1 if its units go fast. */
  readonly slackness: number;
  /** Rents follow demand every few days instead of being cut by a schedule. */
  readonly hasDynamicPricing: boolean;
  readonly leaseTerms: readonly LeaseTerm[];
  readonly deposit: number | null;
  readonly applicationFee: number | null;
  readonly adminFee: number | null;
  readonly floorplans: readonly Floorplan[];
  readonly units: readonly Unit[];
  readonly campaigns: readonly Campaign[];
}
