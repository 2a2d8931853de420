/** The frozen parameters of file jobs; and the one address or point that is resolved without a job, which would be a row of a match. */
import type { DetailsSpec } from './details.ts';

/** What every kind has of its upload. */
interface UploadSpec {
  /** The client's own name for the file; absent if it had none, and in jobs of earlier releases. */
  readonly filename?: string;
}

/** Longer ones are cut: no file system has them. */
export const MAX_FILENAME_CHARACTERS = 255;

/** Which details of which properties: those are kept beside the job, compactly, in the order of the request. */
export interface DetailsJobSpec extends DetailsSpec, UploadSpec {
  /** How many of the kept ids belong in each result file, in order: a file stands for 25,000 ids of the request. */
  readonly fileSizes: readonly number[];
  readonly counts: DetailsCounts;
}

/** What was found in the ids of a request. */
export interface DetailsCounts {
  /** Ids in the request, repetitions included. */
  readonly requested: number;
  readonly duplicate: number;
  /** Ids of no property that the account may see. */
  readonly unknown: number;
  /** Left out because nothing that `updated` names has changed. */
  readonly notUpdated: number;
}

/** On the map, in degrees, its edges included. It does not cross the date line. */
export interface BoundingBox {
  readonly north: number;
  readonly south: number;
  readonly west: number;
  readonly east: number;
}

/** Parsed and checked; the settings' names and values as the customer wrote them. */
export interface SearchSpec extends UploadSpec {
  readonly settings: Readonly<Record<string, unknown>>;
  /** Absent, as in jobs of earlier releases: the whole map. */
  readonly boundingBox?: BoundingBox;
  /** How many properties a page was asked to have. A job has no pages. */
  readonly pageSize?: number;
  /** Present if what is not paid for is compared in steps: decided when the job is accepted. Absent, as in jobs of earlier releases: exactly. */
  readonly precision?: 'steps';
}

export const ADDRESS_PARAMETERS = ['address_line_1', 'address_city', 'address_state', 'address_postal'] as const;
export const COORDINATE_PARAMETERS = ['latitude', 'longitude'] as const;
export const MATCH_PARAMETERS = [...ADDRESS_PARAMETERS, ...COORDINATE_PARAMETERS] as const;
export type MatchParameter = (typeof MATCH_PARAMETERS)[number];

/** Parameter to column; where several columns hold it together, such as number and street, to them in their order. */
export type MatchMapping = Readonly<Partial<Record<MatchParameter, string | readonly string[]>>>;

export interface MatchSpec extends UploadSpec {
  readonly mode: 'address' | 'coordinates';
  /** The columns of the file, in order. */
  readonly headers: readonly string[];
  readonly mapping: MatchMapping;
  /** Evidence columns after the customer's own. */
  readonly explain: boolean;
  /** The object that holds the upload. */
  readonly inputKey: string;
  readonly counts: MatchCounts;
}

/** A match as it is asked for: which columns of the file say what. */
export type MatchRequest = Pick<MatchSpec, 'mode' | 'headers' | 'mapping' | 'explain'>;

export interface MatchCounts {
  readonly rows: number;
  /** Rows that repeat an earlier one. */
  readonly duplicate: number;
  /** Lines, from 1 for the header, whose bytes are not UTF-8; the first thousand. */
  readonly errorDecodingLines: readonly number[];
  /** Rows with more or fewer cells than the header. */
  readonly ragged: number;
}

/** One address or point. */
export interface ResolveRequest {
  readonly mode: MatchSpec['mode'];
  /** As the cells of a file's row would be. */
  readonly cells: Readonly<Partial<Record<MatchParameter, string>>>;
}

export const MATCH_STATUSES = ['OK', 'PARTIAL', 'MISS'] as const;
export type MatchStatus = (typeof MATCH_STATUSES)[number];
export const MISS_REASONS = ['SFR', 'Condo Property (SFR)', 'MISSING', 'Unrecognized address'] as const;
export type MissReason = (typeof MISS_REASONS)[number];

/** What a match says of a row, with its evidence. Properties by their public ids. */
export interface Resolution {
  readonly propertyId: string | null;
  readonly status: MatchStatus;
  readonly missReason: MissReason | null;
  /** 0 to 1. */
  readonly confidence: number;
  readonly codes: readonly string[];
  readonly matchedAddress: string | null;
  /** The properties that tied, best first. */
  readonly candidates: readonly string[];
}
