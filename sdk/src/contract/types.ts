/** The types of what travels: those of the document (wire.ts), and the few that it cannot say. */
import type {
  DetailType,
  Manifest,
  Pagination,
  PlaceFields,
  ReportJobFields,
  SearchPage,
  WebhookSecrets,
} from './wire.ts';

export type {
  Compression,
  CsvProfile,
  DetailType,
  FileJob,
  FileJobPage,
  Manifest,
  OnIncomplete,
  OutputFormat,
  Pagination,
  PropertyDetails,
  PropertyPage,
  PropertyQuery,
  PropertySummary,
  ReportColumn,
  ReportDescription,
  ReportEstimate,
  ReportJobProgress,
  ReportJobStatus,
  ReportRequest,
  ReportResult,
  ReportSummary,
  ReportType,
  Resolution,
  Schedule,
  ScheduleFrequency,
  SchedulePage,
  ScheduleRange,
  ScheduleRequest,
  ScheduleRun,
  ScheduleRunPage,
  ScheduleSummary,
  SearchPage,
  Usage,
  WebhookDelivery,
  WebhookDeliveryPage,
  WebhookTestEvent,
  WebhookTry,
  Weekday,
} from './wire.ts';
export {
  COMPRESSIONS,
  CSV_PROFILES,
  DEFAULT_DEADLINE_HOURS,
  DETAIL_TYPES,
  ON_INCOMPLETE,
  OUTPUT_FORMATS,
  REPORT_TYPES,
  SCHEDULE_FREQUENCIES,
  SCHEDULE_RANGES,
  WEEKDAYS,
} from './wire.ts';

/** Absent where there is nothing to say. */
type OptionalInJob = 'callback_url' | 'error_message';

/** A job that writes a report. The vendor's contract requires five of its fields; this server sends them all, but for two. */
export type ReportJob = Required<Omit<ReportJobFields, OptionalInJob>> & Pick<ReportJobFields, OptionalInJob>;

/** A job as events tell it: a list of more than 1,000 ids, which never changes, is left out. The document describes no stream's events. */
export type ReportJobEvent = Omit<ReportJob, 'property_ids'> & Partial<Pick<ReportJob, 'property_ids'>>;

export interface ReportJobPage {
  /** Newest first. */
  readonly jobs: readonly ReportJob[];
  readonly pagination: Pagination;
}

/** One file of a job's result, as a Frictionless data resource. */
export type ManifestFile = Manifest['resources'][number];

export type WebhookSecret = WebhookSecrets['secrets'][number];

/** A property that was found, and the days on which its data changed last. */
export type SearchSummary = SearchPage['items'][number];

/** What a `property-details` job is asked for: in the document, the bytes of a file. */
export interface DetailsRequest {
  readonly detail_type: readonly DetailType[];
  /** Up to 1,000,000 UUIDs, such as a search finds. Taken one by one: they may come as slowly as they like. */
  readonly property_ids: Iterable<string> | AsyncIterable<string>;
  /** Only properties of which one of these types was updated on its day (`YYYY-MM-DD`) or later. A bare day stands for every type. */
  readonly updated?: string | Readonly<Partial<Record<DetailType, string>>>;
  /** `filter_pii` leaves out what points at a person. */
  readonly filters?: { readonly filter_pii?: boolean };
}

export interface SearchRange<Bound> {
  /** Inclusive. */
  readonly min?: Bound;
  /** Inclusive. */
  readonly max?: Bound;
}

/**
 * Lists mean one of them, several settings all of them; none find every property. docs/detail-types.md lists them; the document leaves
 * their values open.
 */
export type SearchSettings = Readonly<
  Record<string, readonly string[] | SearchRange<number> | SearchRange<string> | boolean>
>;

type AddressField = Extract<keyof PlaceFields, `address_${string}`>;
type PointField = Exclude<keyof PlaceFields, AddressField>;

/** One address, or one point: the document has the fields of both, and cannot say that half of them go together. */
export type PlaceQuery =
  | (Pick<PlaceFields, AddressField> & Required<Pick<PlaceFields, 'address_line_1'>>)
  | Required<Pick<PlaceFields, PointField>>;

export type MatchParameter = keyof PlaceFields;

/** Which column of the file holds what: the four of an address, or latitude and longitude. */
export type MatchMapping = Readonly<Partial<Record<MatchParameter, string>>>;

/** What goes with the file of a `match` job: in the document, JSON within a text. */
export interface MatchMetadata {
  /** All columns of the file, in their order. */
  readonly headers: readonly string[];
  readonly mapping: MatchMapping;
  /** Adds columns that say why a property was chosen, behind your own. */
  readonly explain?: boolean;
}
