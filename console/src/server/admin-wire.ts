/** Generated from docs/openapi-admin.json by `npm run generate`: what operators are told. Do not edit. */
export interface AccountList {
    readonly accounts: readonly Account[];
    readonly next_cursor: string | null;
}
export interface Account {
    /** Format: uuid */
    readonly account_id: string;
    readonly name: string;
    /** @enum {string} */
    readonly state: "active" | "suspended" | "deleted";
    /** Format: date-time */
    readonly created_at: string;
    readonly suspended_at: string | null;
    /** @description True if it may see whatever is loaded. */
    readonly all_properties: boolean;
    readonly grant_rule: string | null;
    readonly quota_limit: number | null;
    /** @description Of this month. */
    readonly quota_usage: number;
    readonly jobs_running: number;
    readonly jobs_waiting: number;
}
export interface AccountDetails {
    /** Format: uuid */
    readonly account_id: string;
    readonly name: string;
    /** @enum {string} */
    readonly state: "active" | "suspended" | "deleted";
    /** Format: date-time */
    readonly created_at: string;
    readonly suspended_at: string | null;
    /** @description True if it may see whatever is loaded. */
    readonly all_properties: boolean;
    readonly grant_rule: string | null;
    readonly quota_limit: number | null;
    /** @description Of this month. */
    readonly quota_usage: number;
    readonly jobs_running: number;
    readonly jobs_waiting: number;
    readonly property_count: number | null;
    /** @description The newest hundred, revoked ones too. */
    readonly credentials: readonly Credential[];
}
export interface Credential {
    /** Format: uuid */
    readonly credential_id: string;
    /** @enum {string} */
    readonly kind: "key" | "token" | "person";
    readonly access_key: string | null;
    readonly name: string | null;
    readonly scopes: readonly string[];
    /** Format: date-time */
    readonly created_at: string;
    readonly expires_at: string | null;
    readonly revoked_at: string | null;
    readonly last_used_at: string | null;
    readonly last_address: string | null;
}
export interface Quota {
    /** Format: uuid */
    readonly account_id: string;
    readonly quota_limit: number | null;
    readonly quota_usage: number;
    /** Format: date */
    readonly period_start: string;
    /** Format: date */
    readonly period_end: string;
    /** @description What was set, the newest first: a hundred at most, for as long as the audit log is kept. */
    readonly history: readonly {
        /** Format: date-time */
        readonly at: string;
        readonly quota_limit: number | null;
        /** @description The credential; `operator` for a command on the data. */
        readonly by: string;
    }[];
}
export interface Grants {
    /** Format: uuid */
    readonly account_id: string;
    /** @enum {string} */
    readonly kind: "all" | "list" | "rule";
    readonly rule: string | null;
    readonly data_version: number | null;
    /** @description How many of that version it may see. */
    readonly properties: number;
    /** @description Of a list, how many the version does not have. */
    readonly unknown_properties: number;
}
export interface GrantsChange {
    /** Format: uuid */
    readonly account_id: string;
    /** @description False for a dry run. */
    readonly replaced: boolean;
    readonly before: {
        /** @enum {string} */
        readonly kind: "all" | "list" | "rule";
        readonly rule: string | null;
        readonly data_version: number | null;
        /** @description How many of that version it may see. */
        readonly properties: number;
        /** @description Of a list, how many the version does not have. */
        readonly unknown_properties: number;
    };
    readonly after: {
        /** @enum {string} */
        readonly kind: "all" | "list" | "rule";
        readonly rule: string | null;
        readonly data_version: number | null;
        /** @description How many of that version it may see. */
        readonly properties: number;
        /** @description Of a list, how many the version does not have. */
        readonly unknown_properties: number;
    };
    /** @description Properties that it may see now, and might not. */
    readonly added: number;
    /** @description Properties that it might see, and may not now. */
    readonly removed: number;
    /** @description The first 20. */
    readonly added_ids: readonly number[];
    /** @description The first 20. */
    readonly removed_ids: readonly number[];
    /** @description Schedules that name such properties: their runs fail from now on. */
    readonly schedules_in_need: number;
}
export interface Invitation {
    /**
     * Format: uri
     * @description Works once, for whoever has it. It is shown here alone.
     */
    readonly link: string;
    /** @enum {string} */
    readonly role: "viewer" | "member" | "operator";
    /** Format: date-time */
    readonly expires_at: string;
}
export interface Queue {
    /** @description Due, and not taken. */
    readonly waiting: number;
    /** @description To be tried again later. */
    readonly delayed: number;
    readonly running: number;
    /** @description 0 if none waits. */
    readonly oldest_waiting_seconds: number;
    readonly deliveries: {
        readonly waiting: number;
        /** @description Due for more than a minute. */
        readonly overdue: number;
        readonly under_way: number;
    };
}
export interface OperatedJobList {
    readonly jobs: readonly OperatedJob[];
    readonly next_cursor: string | null;
}
export interface OperatedJob {
    /** Format: uuid */
    readonly job_id: string;
    /** Format: uuid */
    readonly account_id: string;
    readonly account_name: string;
    /** Format: uuid */
    readonly credential_id: string;
    /** @enum {string} */
    readonly kind: "report" | "property-details" | "match" | "search";
    readonly state: JobState;
    /** @description What was asked for, in a few words. */
    readonly summary: string;
    readonly property_count: number;
    readonly data_version: number;
    /** Format: date-time */
    readonly created_at: string;
    readonly due_at: string | null;
    readonly started_at: string | null;
    /**
     * Format: date-time
     * @description The last that was heard of it.
     */
    readonly updated_at: string;
    readonly finished_at: string | null;
    readonly expires_at: string | null;
    /** @description 0 before the first. */
    readonly attempt: number;
    readonly node_id: string | null;
    readonly progress: {
        readonly phase: string;
        readonly percent: number;
        readonly rows_written: number;
        readonly rows_total: number | null;
    };
    readonly error_code: string | null;
    readonly error_message: string | null;
    readonly result: {
        readonly files: number;
        readonly rows: number;
        readonly bytes: number;
    } | null;
}
export type JobState = "waiting" | "running" | "succeeded" | "failed" | "cancelled";
export interface OperatedDeliveryList {
    readonly deliveries: readonly OperatedDelivery[];
    readonly next_cursor: string | null;
}
export interface OperatedDelivery {
    /**
     * Format: uuid
     * @description The `webhook-id` of every try.
     */
    readonly delivery_id: string;
    readonly job_id: string | null;
    /** Format: uri */
    readonly url: string;
    readonly state: WebhookDeliveryState;
    /** Format: date-time */
    readonly created_at: string;
    readonly finished_at: string | null;
    readonly next_try_at: string | null;
    /** @description The latest 20, oldest of them first. */
    readonly tries: readonly WebhookTry[];
    /** Format: uuid */
    readonly account_id: string;
    readonly account_name: string;
}
export type WebhookDeliveryState = "pending" | "delivered" | "failed";
export interface WebhookTry {
    /** @description From 1, counted on over redeliveries. */
    readonly try: number;
    /** Format: date-time */
    readonly at: string;
    readonly status: number | null;
    readonly latency_ms: number;
    readonly failure: string | null;
    /** @description The first KiB of the receiver’s answer. */
    readonly response: string;
}
export interface Warehouse {
    readonly version: number;
    /** Format: date-time */
    readonly committed_at: string;
    readonly as_of: string | null;
    readonly tables: readonly {
        readonly table: string;
        readonly files: number;
        readonly rows: number;
        readonly bytes: number;
        readonly first_day: string | null;
        readonly last_day: string | null;
    }[];
}
export interface DataVersionList {
    readonly versions: readonly DataVersion[];
}
export interface DataVersion {
    readonly version: number;
    readonly current: boolean;
    /** Format: date-time */
    readonly committed_at: string;
    readonly rows: number;
    readonly bytes: number;
    /** @description Null if it was not noted. */
    readonly kind: ("load" | "rollback" | "delete" | "erase") | null;
    readonly by: string | null;
    readonly note: string | null;
    /** @description The first hundred of a load. */
    readonly files: readonly string[];
    readonly file_count: number | null;
    readonly mapping: string | null;
    /** @description What a load read at addresses: the first twenty. */
    readonly sources: readonly {
        readonly address: string;
        readonly bytes: number;
        readonly etag: string | null;
        readonly version: string | null;
        readonly snapshot: string | null;
        readonly one_moment: boolean;
    }[];
    readonly of: number | null;
    readonly condition: string | null;
    /** @description Of the rows, by table. */
    readonly changes: {
        readonly [key: string]: {
            readonly added: number;
            readonly replaced: number;
            readonly deleted: number;
        };
    };
}
export interface LoadHistory {
    readonly loads: readonly LoadRecord[];
    readonly next_cursor: string | null;
}
export interface LoadRecord {
    readonly number: number;
    /**
     * @description `empty`: it had no sound row. `broken_off`: its process died, and nothing was changed. The data of `unchanged` had every row already.
     * @enum {string}
     */
    readonly state: "running" | "loaded" | "unchanged" | "empty" | "failed" | "broken_off";
    /**
     * @description A command, an operator over HTTP, a watched folder, a feed.
     * @enum {string}
     */
    readonly origin: "command" | "upload" | "watch" | "feed";
    readonly by: string | null;
    readonly note: string | null;
    readonly feed: string | null;
    /** @description The first hundred files or addresses. */
    readonly sources: readonly string[];
    readonly source_count: number;
    readonly mapping: string | null;
    /** Format: date-time */
    readonly began_at: string;
    readonly ended_at: string | null;
    readonly version: number | null;
    readonly unchanged_version: number | null;
    readonly failure: string | null;
    readonly tables: readonly {
        readonly table: string;
        readonly added: number;
        /** @description Rows in the place of one with the same key. */
        readonly replaced: number;
        /** @description Of the replaced, those that were the same before. */
        readonly unchanged: number;
        readonly deleted: number;
        readonly rejected: number;
    }[];
    readonly layouts: readonly {
        readonly file: string;
        readonly encoding: string;
        readonly delimiter: string;
        readonly numbers: string;
        readonly dates: string;
    }[];
    readonly rejected: number;
    readonly reject_sums: readonly {
        readonly column: string | null;
        readonly reason: string;
        readonly rows: number;
    }[];
    /** @description How many of the rejected rows can be fetched: the first. */
    readonly rejects_kept: number;
}
export interface AuditList {
    readonly entries: readonly AuditEntry[];
    readonly next_cursor: string | null;
}
export interface AuditEntry {
    readonly id: number;
    /** Format: date-time */
    readonly at: string;
    /** @description docs/audit-log.md says what each means. */
    readonly event: string;
    /** Format: uuid */
    readonly account_id: string;
    readonly credential_id: string | null;
    readonly job_id: string | null;
    readonly address: string | null;
    readonly property_count: number | null;
    readonly property_ids_sha256: string | null;
    readonly subject: string | null;
}
export interface NodeList {
    readonly nodes: readonly Node[];
}
export interface Node {
    /** Format: uuid */
    readonly node_id: string;
    /** @enum {string} */
    readonly role: "all" | "api" | "worker";
    readonly host: string;
    readonly pid: number;
    readonly release: string;
    /** @enum {string} */
    readonly state: "serving" | "draining" | "drained" | "silent";
    /** Format: date-time */
    readonly started_at: string;
    /** Format: date-time */
    readonly heard_at: string;
    readonly draining_since: string | null;
    /** @description Jobs that it runs at a time. */
    readonly slots: number;
    readonly runs: readonly {
        /** Format: uuid */
        readonly account_id: string;
        /** Format: uuid */
        readonly job_id: string;
        readonly attempt: number;
        readonly started_at: string | null;
    }[];
}
export interface System {
    readonly version: string;
    /** Format: uri */
    readonly public_url: string;
    readonly ready: boolean;
    /** @description As `/readyz` has them. */
    readonly checks: {
        readonly [key: string]: boolean;
    };
    readonly free_bytes: number | null;
    /** @description Of the node that answers. */
    readonly settings: readonly Setting[];
}
export interface Setting {
    readonly variable: string;
    readonly value: string | null;
    readonly secret: boolean;
    /** @enum {string} */
    readonly origin: "default" | "environment" | "command line";
    readonly default: string;
}

export const AUDIT_ENTRY_FIELDS = ["id","at","event","account_id","credential_id","job_id","address","property_count","property_ids_sha256","subject"] as const satisfies readonly (keyof AuditEntry)[];
