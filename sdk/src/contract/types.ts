/** The types of requests and answers: those of the OpenAPI document (wire.ts), and the few that it cannot express. */
import type {
  DetailType,
  Manifest,
  Pagination,
  PlaceFields,
  ReportJobFields,
  ReportRequestFields,
  SearchPage,
  WebhookSecrets,
} from './wire.ts';

export type {
  Caller,
  Compression,
  CsvProfile,
  DailyUsage,
  DayUsage,
  DetailType,
  FileJob,
  FileJobPage,
  IssuedKey,
  Key,
  KeyList,
  KeyRequest,
  KeyScope,
  Manifest,
  OnIncomplete,
  OutputFormat,
  Pagination,
  PropertyDetails,
  PropertyIdPair,
  PropertyIdPairs,
  PropertyPage,
  PropertyQuery,
  PropertySummary,
  ReportColumn,
  ReportDescription,
  ReportEstimate,
  ReportJobProgress,
  ReportJobStatus,
  ReportResult,
  ReportSummary,
  ReportType,
  Resolution,
  ResultSummary,
  RevokedKey,
  SavedList,
  SavedListChanges,
  SavedListCount,
  SavedListCountRequest,
  SavedListPage,
  SavedListRequest,
  SavedListSummary,
  Schedule,
  ScheduleFrequency,
  SchedulePage,
  ScheduleRange,
  ScheduleRequest,
  ScheduleRun,
  ScheduleRunPage,
  ScheduleSummary,
  SearchPage,
  SummaryChart,
  SummaryColumn,
  SummaryDistribution,
  SummaryMap,
  SummaryMeasure,
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
  KEY_SCOPES,
  ON_INCOMPLETE,
  OUTPUT_FORMATS,
  REPORT_TYPES,
  SCHEDULE_FREQUENCIES,
  SCHEDULE_RANGES,
  WEEKDAYS,
} from './wire.ts';

/**
 * A report as it is asked for: its properties by their ids, or in their place by a list (`property_list`). The vendor’s contract requires ids,
 * and knows no lists.
 */
export type ReportRequest = Omit<ReportRequestFields, 'property_ids'> &
  Partial<Pick<ReportRequestFields, 'property_ids'>>;

/** Absent if there is nothing to say. */
type OptionalInJob = 'callback_url' | 'error_message';

/** A job that writes a report. The vendor's contract requires five of its fields; this server sends all of them but two. */
export type ReportJob = Required<Omit<ReportJobFields, OptionalInJob>> & Pick<ReportJobFields, OptionalInJob>;

/** A job as in events: a list of more than 1,000 ids, which never changes, is left out. The document does not describe the events of a stream. */
export type ReportJobEvent = Omit<ReportJob, 'property_ids'> & Partial<Pick<ReportJob, 'property_ids'>>;

export interface ReportJobPage {
  /** Newest first. */
  readonly jobs: readonly ReportJob[];
  readonly pagination: Pagination;
}

/** One file of a job's result, as a Frictionless data resource. */
export type ManifestFile = Manifest['resources'][number];

export type WebhookSecret = WebhookSecrets['secrets'][number];

/** A property that was found, and the days on which its data last changed. */
export type SearchSummary = SearchPage['items'][number];

/** The request of a `property-details` job: in the document, the bytes of a file. */
export interface DetailsRequest {
  readonly detail_type: readonly DetailType[];
  /** Up to 1,000,000 UUIDs, such as a search finds. Taken one by one: the iterable may be slow. */
  readonly property_ids: Iterable<string> | AsyncIterable<string>;
  /** Only properties for which one of these types was updated on its day (`YYYY-MM-DD`) or later. A bare day applies to every type. */
  readonly updated?: string | Readonly<Partial<Record<DetailType, string>>>;
  /** `filter_pii` leaves out what identifies a person. */
  readonly filters?: { readonly filter_pii?: boolean };
}

export interface SearchRange<Bound> {
  /** Inclusive. */
  readonly min?: Bound;
  /** Inclusive. */
  readonly max?: Bound;
}

/**
 * A list means any of its values, several settings mean all of them; no settings find every property. docs/detail-types.md lists them;
 * the document leaves their values open.
 */
export type SearchSettings = Readonly<
  Record<string, readonly string[] | SearchRange<number> | SearchRange<string> | boolean>
>;

type AddressField = Extract<keyof PlaceFields, `address_${string}`>;
type PointField = Exclude<keyof PlaceFields, AddressField>;

/** One address, or one point: the document has the fields of both, and cannot express which belong together. */
export type PlaceQuery =
  | (Pick<PlaceFields, AddressField> & Required<Pick<PlaceFields, 'address_line_1'>>)
  | Required<Pick<PlaceFields, PointField>>;

export type MatchParameter = keyof PlaceFields;

/**
 * The columns of the file: the four parts of an address, or latitude and longitude. For `address_line_1` there may be several, whose cells
 * are joined: number and street.
 */
export type MatchMapping = Readonly<Partial<Record<MatchParameter, string | readonly string[]>>>;

/** What accompanies the file of a `match` job: in the document, JSON in a string. */
export interface MatchMetadata {
  /** All columns of the file, in their order. */
  readonly headers: readonly string[];
  readonly mapping: MatchMapping;
  /** Adds columns after your own that say why a property was chosen. */
  readonly explain?: boolean;
}
