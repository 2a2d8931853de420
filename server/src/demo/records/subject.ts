/** What a property is, as far as its deeds, loans, taxes, tenants and owners depend on it. Days are counted from 1970-01-01. */
import type { PropertyFacts } from '../parameters/facts.ts';
import type { Metro } from '../parameters/market.ts';
import type { Property } from '../parameters/model.ts';

export interface StreetAddress {
  readonly houseNumber: string;
  readonly direction: string | null;
  readonly street: string;
  readonly kind: string;
  /** Of a condominium. */
  readonly unit: string | null;
}

export interface Holder {
  readonly name: string;
  /** In the words of `owner_type`. */
  readonly type: string;
}

export type Category = 'commercial' | 'multifamily' | 'sfr' | 'condo';

export interface Subject {
  readonly propertyId: number;
  /** Names its random streams. */
  readonly stream: string;
  readonly metro: Metro;
  readonly category: Category;
  readonly assetType: string;
  readonly address: StreetAddress;
  readonly zip5: string;
  readonly yearBuilt: number;
  readonly buildingArea: number;
  readonly lotAcres: number | null;
  readonly residentialUnits: number;
  readonly commercialUnits: number;
  readonly isOwnerOccupied: boolean;
  /** Null if unknown. */
  readonly owner: Holder | null;
  readonly lastSale: { readonly day: number; readonly price: number | null } | null;
  /** At the end of the data. */
  readonly marketValue: number;
  /** The last day of the data. */
  readonly lastDay: number;
}

const ADDRESS_FORM = /^(\d+) (?:([NSEW]) )?(\S+) (\S+)$/;

export function parseAddress(text: string): StreetAddress {
  const [, houseNumber = '', direction = null, street = '', kind = ''] = ADDRESS_FORM.exec(text) ?? [];
  return { houseNumber, direction, street, kind, unit: null };
}

export function addressText({ houseNumber, direction, street, kind, unit }: StreetAddress): string {
  return [houseNumber, direction, street, kind, unit && `Unit ${unit}`].filter((part) => part !== null).join(' ');
}

const DEFAULT_UNIT_SQ_FT = 750;
/** Halls and stairs. */
const SHARED_AREA = 1.18;
const VALUE_PER_UNIT = { A: 290_000, B: 205_000, C: 140_000 } as const;

/** A property with a history of rents. Its owner and its last sale are those in table `properties`. */
export function apartmentSubject(
  property: Property,
  facts: PropertyFacts,
  propertyId: number,
  lastDay: number,
): Subject {
  const { units, metro, propertyClass } = property;
  const living = units.reduce((sum, { squareFeet }) => sum + (squareFeet ?? DEFAULT_UNIT_SQ_FT), 0);
  const { ownerName, ownerType, lastSaleDay, lastSalePrice } = facts;
  return {
    propertyId,
    stream: property.stream,
    metro,
    category: 'multifamily',
    assetType: 'apartments',
    address: parseAddress(facts.address),
    zip5: facts.zipCode,
    yearBuilt: facts.yearBuilt,
    buildingArea: Math.round(living * SHARED_AREA),
    lotAcres: facts.lotSizeAcres,
    residentialUnits: units.length,
    commercialUnits: 0,
    isOwnerOccupied: false,
    owner: ownerName === null || ownerType === null ? null : { name: ownerName, type: ownerType },
    lastSale: lastSaleDay === null ? null : { day: lastSaleDay, price: lastSalePrice },
    marketValue: units.length * VALUE_PER_UNIT[propertyClass],
    lastDay,
  };
}
