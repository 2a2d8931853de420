/** What travels between client and server in the batch dialect, named as it travels: snake_case. */

export type FileJobType = 'property-details' | 'match' | 'search';
export type DetailType = 'basic' | 'mortgages' | 'ownership' | 'reported_owner' | 'sales' | 'taxes' | 'tenants';
/** `FAILURE` comes with a `message`. */
export type FileJobStatus = 'PENDING' | 'STARTED' | 'SUCCESS' | 'FAILURE';

/** A batch job: made of an uploaded file. */
export interface FileJob {
  readonly id: string;
  readonly job_type: FileJobType;
  /** Null in the answer to the upload. */
  readonly status: FileJobStatus | null;
  /** ISO 8601, with microseconds. */
  readonly created: string;
  readonly modified: string;
  /** The account: 32 hexadecimal digits. */
  readonly group_path: string;
  /** The access key's id. */
  readonly user: string;
  /** Why the job failed, or where its files went. */
  readonly message: string | null;
  /** Percent, once the job has started; 100 only when its files are complete. */
  readonly progress: number | null;
  readonly metadata: FileJobMetadata;
  /** The links of `result_urls`, joined by commas. */
  readonly result_url: string | null;
  /** One link for each file. Each lives ten minutes, and every answer has fresh ones. */
  readonly result_urls: readonly string[];
}

export interface FileJobMetadata {
  /** The columns of an uploaded CSV file. */
  readonly headers: readonly string[];
  readonly labels: readonly string[];
  readonly mapping?: MatchMapping;
  /** Ids or rows that came. */
  readonly count?: number;
  /** Of these, repetitions. */
  readonly duplicate?: number;
  /** Ids of no property that the account may see. */
  readonly unknown?: number;
  /** Properties left out since nothing that `updated` names changed. */
  readonly not_updated?: number;
  /** Lines of the uploaded file that are not UTF-8; the first thousand. */
  readonly error_decoding_lines?: readonly number[];
  /** Rows with more or fewer cells than the header. */
  readonly ragged?: number;
}

export interface FileJobPage {
  /** All batch jobs of the access key that are kept. */
  readonly count: number;
  /** Newest first. */
  readonly items: readonly FileJob[];
}

/** What a `property-details` job is asked for. */
export interface DetailsRequest {
  readonly detail_type: readonly DetailType[];
  /** Up to 1,000,000 UUIDs, such as a search finds. Taken one by one: they may come as slowly as they like. */
  readonly property_ids: Iterable<string> | AsyncIterable<string>;
  /** Only properties of which one of these types was updated on its day (`YYYY-MM-DD`) or later. A bare day stands for every type. */
  readonly updated?: string | Readonly<Partial<Record<DetailType, string>>>;
  /** `filter_pii` leaves out what points at a person. */
  readonly filters?: { readonly filter_pii?: boolean };
}

/** A property as `property-details` writes it: `basic` at the top level, a node for every other type. docs/detail-types.md lists the fields. */
export interface PropertyDetails {
  readonly id: string;
  readonly [field: string]: unknown;
}

export interface SearchRange<Bound> {
  /** Inclusive. */
  readonly min?: Bound;
  /** Inclusive. */
  readonly max?: Bound;
}

/** Lists mean one of them, several settings all of them. docs/detail-types.md lists them; none find every property. */
export type SearchSettings = Readonly<
  Record<string, readonly string[] | SearchRange<number> | SearchRange<string> | boolean>
>;

/** A property that was found, and the days on which its data changed last. */
export interface SearchSummary {
  readonly id: string;
  readonly master_update_time: string | null;
  readonly building_update_time: string | null;
  readonly shape_update_time: string | null;
  readonly owner_update_time: string | null;
  readonly sale_update_time: string | null;
  readonly mtg_update_time: string | null;
  readonly tax_update_time: string | null;
}

export interface SearchPage {
  /** Properties on all pages. */
  readonly count: number;
  /** At most 10,000. */
  readonly items: readonly SearchSummary[];
  /** Asks for the next page; null on the last one. */
  readonly search_token: string | null;
}

/** One address, or one point. */
export type PlaceQuery =
  | {
      /** House number and street. */
      readonly address_line_1: string;
      readonly address_city?: string;
      readonly address_state?: string;
      /** ZIP code, as text. */
      readonly address_postal?: string;
    }
  | { readonly latitude: number; readonly longitude: number };

/** What a `match` job answers for a row, with its evidence. */
export interface Resolution {
  readonly reonomy_id: string | null;
  readonly status: 'OK' | 'PARTIAL' | 'MISS';
  readonly miss_reason: 'SFR' | 'Condo Property (SFR)' | 'MISSING' | 'Unrecognized address' | null;
  /** How often such an answer is right, 0 to 1; of a point how near it is, from 1 to 0.5 at the radius. */
  readonly match_confidence: number;
  /** What differs from the matched address. */
  readonly match_codes: readonly string[];
  readonly matched_address: string | null;
  /** The properties that tied, best first; at most ten. */
  readonly candidates: readonly string[];
}

export type MatchParameter =
  | 'address_line_1'
  | 'address_city'
  | 'address_state'
  | 'address_postal'
  | 'latitude'
  | 'longitude';

/** Which column of the file holds what: the four of an address, or latitude and longitude. */
export type MatchMapping = Readonly<Partial<Record<MatchParameter, string>>>;

export interface MatchMetadata {
  /** All columns of the file, in their order. */
  readonly headers: readonly string[];
  readonly mapping: MatchMapping;
  /** Adds columns that say why a property was chosen, behind your own. */
  readonly explain?: boolean;
}
