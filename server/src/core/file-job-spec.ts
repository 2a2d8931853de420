/** The frozen parameters of the Reonomy dialect's jobs. */
import type { DetailsSpec } from './details.ts';

/** Which details of which properties: those are kept beside the job, compactly, in the order of the request. */
export interface DetailsJobSpec extends DetailsSpec {
  /** How many of the kept ids belong into each result file, in order: a file stands for 25,000 ids of the request. */
  readonly fileSizes: readonly number[];
  readonly counts: DetailsCounts;
}

/** What became of the ids of a request. */
export interface DetailsCounts {
  /** Ids in the request, each time they occur. */
  readonly requested: number;
  readonly duplicate: number;
  /** Of no property that the account may see. */
  readonly unknown: number;
  /** Left out since nothing that `updated` names changed. */
  readonly notUpdated: number;
}

/** Parsed and judged; the settings' names and values as the customer wrote them. */
export interface SearchSpec {
  readonly settings: Readonly<Record<string, unknown>>;
}

export const ADDRESS_PARAMETERS = ['address_line_1', 'address_city', 'address_state', 'address_postal'] as const;
export const COORDINATE_PARAMETERS = ['latitude', 'longitude'] as const;
export type MatchParameter = (typeof ADDRESS_PARAMETERS)[number] | (typeof COORDINATE_PARAMETERS)[number];

export interface MatchSpec {
  readonly mode: 'address' | 'coordinates';
  /** The columns of the file, in order. */
  readonly headers: readonly string[];
  /** Parameter to column. */
  readonly mapping: Readonly<Partial<Record<MatchParameter, string>>>;
  /** Evidence columns behind the customer's own. */
  readonly explain: boolean;
  /** The object that holds the upload. */
  readonly inputKey: string;
  readonly counts: MatchCounts;
}

export interface MatchCounts {
  readonly rows: number;
  /** Rows that repeat an earlier one. */
  readonly duplicate: number;
  /** Lines, from 1 for the header, whose bytes are not UTF-8; the first thousand. */
  readonly errorDecodingLines: readonly number[];
  /** Rows with more or fewer cells than the header. */
  readonly ragged: number;
}
