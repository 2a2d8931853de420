create table accounts (
  id uuid not null,
  name text not null,
  created_at timestamp with time zone default clock_timestamp() not null,
  property_ids bytea,
  served_at timestamp with time zone,
  quota_limit bigint
);
create table audit_log (
  id bigint generated always as identity not null,
  at timestamp with time zone default clock_timestamp() not null,
  event text not null,
  account_id uuid not null,
  credential_id text,
  job_id uuid,
  address text,
  property_count integer,
  property_ids_sha256 text
);
create table conveyance_migrations (
  name character varying(255) not null,
  "timestamp" character varying(255) not null
);
create table conveyance_migrations_lock (
  id character varying(255) not null,
  is_locked integer default 0 not null
);
create table credentials (
  id uuid not null,
  account_id uuid not null,
  kind text not null,
  access_key text,
  secret_hash bytea not null,
  scopes text[] not null,
  created_at timestamp with time zone default clock_timestamp() not null,
  revoked_at timestamp with time zone
);
create table data_versions (
  version bigint not null,
  committed_at timestamp with time zone default clock_timestamp() not null,
  tables jsonb not null,
  property_ids bytea not null
);
create table deliveries (
  account_id uuid not null,
  id uuid not null,
  job_id uuid,
  url text not null,
  host text not null,
  state text default 'pending'::text not null,
  tries integer default 0 not null,
  tries_before integer default 0 not null,
  due_at timestamp with time zone not null,
  claim uuid,
  created_at timestamp with time zone default clock_timestamp() not null,
  finished_at timestamp with time zone
);
create table delivery_tries (
  delivery_id uuid not null,
  number integer not null,
  at timestamp with time zone default clock_timestamp() not null,
  status integer,
  latency_ms integer not null,
  failure text,
  response_head text not null
);
create table highest_property_id (
  only_row boolean default true not null,
  highest bigint
);
create table idempotency_keys (
  account_id uuid not null,
  key text not null,
  fingerprint bytea not null,
  job_id uuid not null,
  accepted_at timestamp with time zone not null
);
create table job_property_ids (
  account_id uuid not null,
  job_id uuid not null,
  property_ids bytea not null
);
alter table job_property_ids alter property_ids set storage external;
create table jobs (
  account_id uuid not null,
  id uuid not null,
  report_type text,
  output_format text,
  start_date date,
  end_date date,
  property_count integer not null,
  callback_url text,
  credential_id uuid not null,
  data_version bigint not null,
  status text default 'submitted'::text not null,
  attempt integer default 0 not null,
  phase text default 'queued'::text not null,
  rows_written bigint default 0 not null,
  rows_total bigint,
  failure_code text,
  failure_message text,
  created_at timestamp with time zone default clock_timestamp() not null,
  updated_at timestamp with time zone default clock_timestamp() not null,
  finished_at timestamp with time zone,
  expires_at timestamp with time zone,
  files_deleted_at timestamp with time zone,
  columns text[],
  compression text default 'none'::text not null,
  csv_profile text default 'standard'::text not null,
  name text,
  started_at timestamp with time zone,
  revision bigint not null,
  ended_revision bigint,
  kind text default 'report'::text not null,
  spec jsonb,
  results jsonb
) with (fillfactor=70);
create table kept_versions (
  version bigint not null,
  until timestamp with time zone not null
);
create table quota_blocks (
  account_id uuid not null,
  month date not null,
  block bigint not null,
  counted bytea not null,
  kept bytea default '\x'::bytea not null
);
alter table quota_blocks alter counted set storage external;
alter table quota_blocks alter kept set storage external;
create table quota_held (
  account_id uuid not null,
  month date not null,
  block bigint not null,
  job_id uuid not null,
  members bytea not null
);
alter table quota_held alter members set storage external;
create table quota_months (
  account_id uuid not null,
  month date not null,
  usage bigint default 0 not null
);
create unlogged table rate_windows (
  credential_id uuid not null,
  window_number bigint not null,
  taken integer not null,
  granted integer not null,
  door text default 'bulk'::text not null
) with (fillfactor=50);
create table schedule_runs (
  account_id uuid not null,
  schedule_id uuid not null,
  planned_at timestamp with time zone not null,
  start_date date not null,
  end_date date not null,
  state text not null,
  deadline_at timestamp with time zone not null,
  check_at timestamp with time zone,
  job_id uuid,
  data_complete boolean,
  reason_code text,
  reason text
);
create table schedules (
  account_id uuid not null,
  id uuid not null,
  frequency text not null,
  day_of_month integer,
  weekday text,
  local_time text not null,
  time_zone text not null,
  range text not null,
  range_days integer,
  deadline_hours integer not null,
  on_incomplete text not null,
  report_type text not null,
  output_format text not null,
  columns text[],
  compression text not null,
  csv_profile text not null,
  name text,
  callback_url text,
  property_ids bytea not null,
  property_count integer not null,
  credential_id uuid not null,
  state text default 'active'::text not null,
  next_at timestamp with time zone,
  created_at timestamp with time zone default clock_timestamp() not null,
  updated_at timestamp with time zone default clock_timestamp() not null
);
alter table schedules alter property_ids set storage external;
create table source_ids (
  source_id text not null,
  property_id bigint not null
);
create table tasks (
  id bigint generated always as identity not null,
  kind text not null,
  account_id uuid not null,
  job_id uuid not null,
  attempt integer default 0 not null,
  due_at timestamp with time zone default clock_timestamp() not null,
  worker_id text,
  lease_until timestamp with time zone
) with (fillfactor=70);
create table webhook_secrets (
  id bigint generated always as identity not null,
  account_id uuid not null,
  sealed bytea not null,
  created_at timestamp with time zone default clock_timestamp() not null,
  expires_at timestamp with time zone
);

CREATE OR REPLACE FUNCTION public.refuse_audit_change()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
    begin
      raise exception 'the audit log is append-only: % is refused', tg_op;
    end $function$;
CREATE OR REPLACE FUNCTION public.tell_job_change()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
    begin
      new.revision := greatest((extract(epoch from clock_timestamp()) * 1000000)::bigint, old.revision + 1);
      if new.status <> 'submitted' then
        new.ended_revision := new.revision;
      end if;
      perform pg_notify('job-changed', new.account_id || '/' || new.id);
      return new;
    end $function$;

insert into accounts (id, name, created_at, property_ids, served_at, quota_limit) overriding system value values
('6bf8700c-ec8d-4cfd-a7c6-ee383395e095', 'Pier Nine', '2026-11-29 09:11:35.640399+00', E'\\x9091b55e6c', NULL, NULL),
('7646c11b-f901-4df6-bba7-75344b12b43e', 'Harbor Analytics', '2026-11-29 09:11:23.657258+00', NULL, '2026-11-29 09:13:02.439091+00', '1000');
insert into audit_log (id, at, event, account_id, credential_id, job_id, address, property_count, property_ids_sha256) overriding system value values
('1', '2026-11-29 09:12:18.133102+00', 'job-created', '7646c11b-f901-4df6-bba7-75344b12b43e', '07a91b02-3cf4-499a-85fc-6378baddfcef', '30d68462-95c5-48a2-85c7-c9cbc8f82014', '127.0.0.1', '3', '9db2d5c14ff47cd26542e43d74e54f96d6ab3a3f01288d5780a97c110c8079b5'),
('2', '2026-11-29 09:12:18.697771+00', 'job-created', '7646c11b-f901-4df6-bba7-75344b12b43e', '07a91b02-3cf4-499a-85fc-6378baddfcef', 'aa78650c-bde7-447d-be0c-1c15bf3e18f8', '127.0.0.1', '3', '9db2d5c14ff47cd26542e43d74e54f96d6ab3a3f01288d5780a97c110c8079b5'),
('3', '2026-11-29 09:12:19.16283+00', 'job-created', '7646c11b-f901-4df6-bba7-75344b12b43e', '07a91b02-3cf4-499a-85fc-6378baddfcef', 'adf39ecf-a136-4d80-9613-b309833f3b34', '127.0.0.1', '2', 'ebc63a231aa5b2371fd98471526b293114dd3b497b255dc6d69c020d13330690'),
('4', '2026-11-29 09:12:19.429228+00', 'job-created', '7646c11b-f901-4df6-bba7-75344b12b43e', '07a91b02-3cf4-499a-85fc-6378baddfcef', '429b7eb0-647d-44cb-b825-016d287a1e82', '127.0.0.1', '1', 'f566bc392c5e6e3bf8ea67159e0b9cb3629a07b068e646f092d17f3cf48e65d0'),
('5', '2026-11-29 09:12:22.4328+00', 'property-read', '7646c11b-f901-4df6-bba7-75344b12b43e', 'd0b9a754-1c20-490b-ba73-c81b8ca71680', NULL, '127.0.0.1', '1', 'f566bc392c5e6e3bf8ea67159e0b9cb3629a07b068e646f092d17f3cf48e65d0'),
('6', '2026-11-29 09:12:24.582751+00', 'job-created', '7646c11b-f901-4df6-bba7-75344b12b43e', 'd0b9a754-1c20-490b-ba73-c81b8ca71680', '43cc5b57-6645-4f10-a420-743f03c2fe66', '127.0.0.1', '5', '9d43b01a0a2be567f4c758ffee6cc9d61236ddd51e5a28d0b62eacdf76c272e4'),
('7', '2026-11-29 09:12:26.163261+00', 'job-created', '7646c11b-f901-4df6-bba7-75344b12b43e', 'd0b9a754-1c20-490b-ba73-c81b8ca71680', '5e58958e-a4af-4a10-b53b-bcec34a6ca03', '127.0.0.1', '0', 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855'),
('8', '2026-11-29 09:12:27.938769+00', 'job-created', '7646c11b-f901-4df6-bba7-75344b12b43e', 'd0b9a754-1c20-490b-ba73-c81b8ca71680', 'ae81d601-65b0-4d89-9cd0-8fef9005116d', '127.0.0.1', '0', 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855'),
('9', '2026-11-29 09:12:28.614373+00', 'job-created', '7646c11b-f901-4df6-bba7-75344b12b43e', '07a91b02-3cf4-499a-85fc-6378baddfcef', '403434f6-77d3-44dc-b0d8-4260ad383e7e', '127.0.0.1', '3', '9db2d5c14ff47cd26542e43d74e54f96d6ab3a3f01288d5780a97c110c8079b5'),
('10', '2026-11-29 09:13:02.355699+00', 'job-created', '7646c11b-f901-4df6-bba7-75344b12b43e', '07a91b02-3cf4-499a-85fc-6378baddfcef', 'e5a8c2ba-aa4d-46df-a366-b0858c99eaf4', NULL, '2', 'ebc63a231aa5b2371fd98471526b293114dd3b497b255dc6d69c020d13330690'),
('11', '2026-11-29 09:13:07.709274+00', 'job-created', '7646c11b-f901-4df6-bba7-75344b12b43e', '07a91b02-3cf4-499a-85fc-6378baddfcef', 'd45d6d91-613b-462f-91bd-23c356e9d899', '127.0.0.1', '3', '9db2d5c14ff47cd26542e43d74e54f96d6ab3a3f01288d5780a97c110c8079b5'),
('12', '2026-11-29 09:13:07.792705+00', 'job-created', '7646c11b-f901-4df6-bba7-75344b12b43e', '07a91b02-3cf4-499a-85fc-6378baddfcef', '1cac2a2a-686f-4d33-a479-c63ecaa81b06', '127.0.0.1', '3', '9db2d5c14ff47cd26542e43d74e54f96d6ab3a3f01288d5780a97c110c8079b5'),
('13', '2026-11-29 09:13:07.900036+00', 'job-created', '7646c11b-f901-4df6-bba7-75344b12b43e', '99185aff-13f2-44be-a05a-dc12dc995d8a', '31d87d0f-d9d4-4893-8e81-7516a869a7fc', '127.0.0.1', '0', 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855'),
('14', '2026-11-29 09:13:07.910712+00', 'link-created', '7646c11b-f901-4df6-bba7-75344b12b43e', '07a91b02-3cf4-499a-85fc-6378baddfcef', '30d68462-95c5-48a2-85c7-c9cbc8f82014', '127.0.0.1', NULL, NULL),
('15', '2026-11-29 09:13:07.933548+00', 'file-downloaded', '7646c11b-f901-4df6-bba7-75344b12b43e', NULL, '30d68462-95c5-48a2-85c7-c9cbc8f82014', '127.0.0.1', NULL, NULL),
('16', '2026-11-29 09:13:07.966169+00', 'link-created', '7646c11b-f901-4df6-bba7-75344b12b43e', '07a91b02-3cf4-499a-85fc-6378baddfcef', 'aa78650c-bde7-447d-be0c-1c15bf3e18f8', '127.0.0.1', NULL, NULL),
('17', '2026-11-29 09:13:07.97056+00', 'file-downloaded', '7646c11b-f901-4df6-bba7-75344b12b43e', NULL, 'aa78650c-bde7-447d-be0c-1c15bf3e18f8', '127.0.0.1', NULL, NULL),
('18', '2026-11-29 09:13:07.985382+00', 'link-created', '7646c11b-f901-4df6-bba7-75344b12b43e', '07a91b02-3cf4-499a-85fc-6378baddfcef', 'adf39ecf-a136-4d80-9613-b309833f3b34', '127.0.0.1', NULL, NULL),
('19', '2026-11-29 09:13:08.006667+00', 'file-downloaded', '7646c11b-f901-4df6-bba7-75344b12b43e', NULL, 'adf39ecf-a136-4d80-9613-b309833f3b34', '127.0.0.1', NULL, NULL),
('20', '2026-11-29 09:13:08.023997+00', 'link-created', '7646c11b-f901-4df6-bba7-75344b12b43e', '07a91b02-3cf4-499a-85fc-6378baddfcef', '429b7eb0-647d-44cb-b825-016d287a1e82', '127.0.0.1', NULL, NULL),
('21', '2026-11-29 09:13:08.037543+00', 'file-downloaded', '7646c11b-f901-4df6-bba7-75344b12b43e', NULL, '429b7eb0-647d-44cb-b825-016d287a1e82', '127.0.0.1', NULL, NULL),
('22', '2026-11-29 09:13:08.076525+00', 'file-downloaded', '7646c11b-f901-4df6-bba7-75344b12b43e', NULL, '43cc5b57-6645-4f10-a420-743f03c2fe66', '127.0.0.1', NULL, NULL),
('23', '2026-11-29 09:13:08.108889+00', 'file-downloaded', '7646c11b-f901-4df6-bba7-75344b12b43e', NULL, '5e58958e-a4af-4a10-b53b-bcec34a6ca03', '127.0.0.1', NULL, NULL),
('24', '2026-11-29 09:13:08.139327+00', 'file-downloaded', '7646c11b-f901-4df6-bba7-75344b12b43e', NULL, 'ae81d601-65b0-4d89-9cd0-8fef9005116d', '127.0.0.1', NULL, NULL);
select setval(pg_get_serial_sequence('audit_log', 'id'), 24, true);
insert into conveyance_migrations (name, "timestamp") overriding system value values
('0001-foundation', '2026-11-29T09:10:24.511Z'),
('0002-webhooks', '2026-11-29T09:10:24.562Z'),
('0003-quota', '2026-11-29T09:10:24.591Z'),
('0004-request-options', '2026-11-29T09:10:24.619Z'),
('0005-rate-limits', '2026-11-29T09:10:24.630Z'),
('0006-job-changes-and-audit-log', '2026-11-29T09:10:24.683Z'),
('0007-job-kinds', '2026-11-29T09:10:24.741Z'),
('0008-schedules', '2026-11-29T09:10:24.787Z'),
('0010-rate-windows-by-door', '2026-11-29T09:10:24.807Z'),
('0011-kept-versions', '2026-11-29T09:10:24.834Z');
insert into conveyance_migrations_lock (id, is_locked) overriding system value values
('migration_lock', '0');
insert into credentials (id, account_id, kind, access_key, secret_hash, scopes, created_at, revoked_at) overriding system value values
('07a91b02-3cf4-499a-85fc-6378baddfcef', '7646c11b-f901-4df6-bba7-75344b12b43e', 'token', NULL, E'\\x4172419bc750a71a0f51485448900a59796afced0c530513ddf02c972d60734b', '{exports:read,exports:write,data:read}', '2026-11-29 09:11:54.36484+00', NULL),
('1f9f0435-969e-4edf-95b2-1b154a116d19', '6bf8700c-ec8d-4cfd-a7c6-ee383395e095', 'token', NULL, E'\\x13723370a136f355b91187c04bc345c38c2c41ac5ac8c3df81fe0f0004561db7', '{exports:read}', '2026-11-29 09:12:17.807446+00', NULL),
('72bfd039-7bad-472d-939e-20d4eccc733d', '7646c11b-f901-4df6-bba7-75344b12b43e', 'key', 'cvk_72bfd0397bad472d939e20d4eccc733d', E'\\xa3800fe7383f23d75c1f05c0020bdfb78b752c3d306d2115d9b30b6ec690905c', '{exports:read,exports:write,data:read}', '2026-11-29 09:11:42.101924+00', '2026-11-29 09:11:47.498225+00'),
('99185aff-13f2-44be-a05a-dc12dc995d8a', '7646c11b-f901-4df6-bba7-75344b12b43e', 'key', 'cvk_99185aff13f244bea05adc12dc995d8a', E'\\x42f1326b9b06106eb6ac700c0eb15aadd43586f5534e312bde74080859301261', '{exports:read,exports:write,data:read}', '2026-11-29 09:12:07.158931+00', NULL),
('d0b9a754-1c20-490b-ba73-c81b8ca71680', '7646c11b-f901-4df6-bba7-75344b12b43e', 'key', 'cvk_d0b9a7541c20490bba73c81b8ca71680', E'\\xf45c9f4ad97489b62018af93a332a3cae9bc242a88f6014b3915e5293a4f2dd0', '{exports:read,exports:write,data:read}', '2026-11-29 09:12:01.578073+00', NULL),
('f619cb3c-810e-42d7-b225-aee45c1c819e', '6bf8700c-ec8d-4cfd-a7c6-ee383395e095', 'token', NULL, E'\\xa5e954cbb491e411a003f5bf6706fa464380a6dc963ad6d61e487f32fbd32c2d', '{exports:read,exports:write,data:read}', '2026-11-29 09:12:12.776925+00', NULL);
insert into data_versions (version, committed_at, tables, property_ids) overriding system value values
('1', '2026-11-29 09:11:14.913768+00', '{"sales": [{"key": "warehouse/sales/all-cee7a909-3d3d-45fb-8044-af8e0e1799d6.parquet", "rows": 95, "bytes": 7744, "sha256": "19bb2ce76f2dfb806d42cb02a8207e80021b6bc808fbe6324082beb5479b8bf7", "maxDate": null, "minDate": null, "maxPropertyId": 101000276, "minPropertyId": 99001416}], "taxes": [{"key": "warehouse/taxes/all-24dcb7c2-db6b-4376-97e5-8dc2e952a9af.parquet", "rows": 230, "bytes": 9112, "sha256": "de82efd4c2de70f437700c918cacb0f34d32be5dd806ee0f4ef7aeaefd65e3af", "maxDate": null, "minDate": null, "maxPropertyId": 101000276, "minPropertyId": 99001416}], "units": [{"key": "warehouse/units/all-12cac8d1-2aa4-4f16-8b02-8c61d0adbed1.parquet", "rows": 1210, "bytes": 11561, "sha256": "4f95dd6816a1ec86f3f206712a9415a25161c25112e8be47126ab9b403053935", "maxDate": null, "minDate": null, "maxPropertyId": 99005099, "minPropertyId": 99001416}], "tenants": [{"key": "warehouse/tenants/all-08c44a86-ee11-4337-97ac-1a5b9fc9f715.parquet", "rows": 85, "bytes": 9451, "sha256": "e7d0b3c9005cf6ba1176c732aceb603937185c8dfbecc743aa011b28669f045d", "maxDate": null, "minDate": null, "maxPropertyId": 101000269, "minPropertyId": 101000007}], "contacts": [{"key": "warehouse/contacts/all-dff48405-69da-41ee-87b7-1c78d237df78.parquet", "rows": 52, "bytes": 9312, "sha256": "8f0d690ae5024e7a9db3aec9854857e558b05b34769be2e27e09191daec64e44", "maxDate": null, "minDate": null, "maxPropertyId": 101000276, "minPropertyId": 99001416}], "mortgages": [{"key": "warehouse/mortgages/all-3114c50b-7241-4aff-887e-2445506a8c1d.parquet", "rows": 78, "bytes": 7377, "sha256": "e38e17a01b656bbb72e5d4e267371173ccf3cdc1a63a2008e8666950d130a75e", "maxDate": null, "minDate": null, "maxPropertyId": 101000276, "minPropertyId": 99001416}], "unit_days": [{"key": "warehouse/unit_days/2026-08-f56db0f4-aa92-4338-b99f-6e0d5ebd67ef.parquet", "rows": 1349, "bytes": 21992, "sha256": "f080ce267f4737345ca0ab80c4f8a4214f2f3ab3cb856566f6d8f5332ca44919", "maxDate": "2026-08-31", "minDate": "2026-08-03", "maxPropertyId": 99005071, "minPropertyId": 99001416}, {"key": "warehouse/unit_days/2026-09-6ec4385b-80b0-4d7c-b102-0864955fa386.parquet", "rows": 1642, "bytes": 24554, "sha256": "f08542ff2203d93332c1ef8bdf47e81bfd4d126822e184db2ad668aa3e5e0c49", "maxDate": "2026-09-30", "minDate": "2026-09-01", "maxPropertyId": 99005099, "minPropertyId": 99001416}, {"key": "warehouse/unit_days/2026-10-24d5ab46-9810-4e1d-a7a5-6aeafd5e0362.parquet", "rows": 2110, "bytes": 31588, "sha256": "e1ba414932ac2556d09caa75e75f30ca03d3fae4d55db458bbaa01277af5ed75", "maxDate": "2026-10-31", "minDate": "2026-10-01", "maxPropertyId": 99005099, "minPropertyId": 99001416}], "floorplans": [{"key": "warehouse/floorplans/all-af444d3c-49fc-4848-89c8-9db6a2a7807a.parquet", "rows": 33, "bytes": 2656, "sha256": "166eef9ba99e89f9d71d33349db35787bbc9ebec1ce34d7b1d6498d0b80ee1e9", "maxDate": null, "minDate": null, "maxPropertyId": 99005099, "minPropertyId": 99001416}], "match_keys": [{"key": "warehouse/match_keys/288d2176-d5d5-4dab-abc3-2847f35469b7.parquet", "rows": 230, "bytes": 2356, "sha256": "88cf857da5b6043b68fd04bfd49be440cf7660353490cb327899a10ee856a355", "maxDate": null, "minDate": null, "maxPropertyId": 9007199254740991, "minPropertyId": 0}], "match_rows": [{"key": "warehouse/match_rows/288d2176-d5d5-4dab-abc3-2847f35469b7.parquet", "rows": 46, "bytes": 4774, "sha256": "ec3b46a909d13c412e602dea0c60ce74eea544f56c4e7f6db565b6a761a741b6", "maxDate": null, "minDate": null, "maxPropertyId": 9007199254740991, "minPropertyId": 0}], "ownerships": [{"key": "warehouse/ownerships/all-aecb08d3-a931-4290-86cc-6c472ba271c3.parquet", "rows": 40, "bytes": 3820, "sha256": "07c59a105b895e8b72c52df9a3eb619975c2c07c45794df2db21a88195699263", "maxDate": null, "minDate": null, "maxPropertyId": 101000276, "minPropertyId": 99001416}], "properties": [{"key": "warehouse/properties/all-5cb3778b-3693-4181-95ac-28e6a1fffb72.parquet", "rows": 46, "bytes": 25699, "sha256": "f2bfa448acfe104b3c41cef678a1d9d8237355bee214461259eed45119e136b2", "maxDate": null, "minDate": null, "maxPropertyId": 101000276, "minPropertyId": 99001416}], "match_known": [{"key": "warehouse/match_known/288d2176-d5d5-4dab-abc3-2847f35469b7.parquet", "rows": 110, "bytes": 1107, "sha256": "d967fb179111d20e675036ce0666e5c8175492abead43efca7c7e4c0f6089a02", "maxDate": null, "minDate": null, "maxPropertyId": 9007199254740991, "minPropertyId": 0}], "property_days": [{"key": "warehouse/property_days/2026-08-282713b3-7316-4712-8aba-4cf9a5612e60.parquet", "rows": 145, "bytes": 26189, "sha256": "1caa95a2c00912559208bcfec9ba8d658efd0306b89b5d39dcb193a58a432f6b", "maxDate": "2026-08-31", "minDate": "2026-08-03", "maxPropertyId": 99005071, "minPropertyId": 99001416}, {"key": "warehouse/property_days/2026-09-2184c322-2a81-4a68-af21-8f4236d5e7f5.parquet", "rows": 165, "bytes": 27466, "sha256": "ca5f8480e7ec9800dacdae0d8ac297fee440129be2cd02aef1854298a982c0f7", "maxDate": "2026-09-30", "minDate": "2026-09-01", "maxPropertyId": 99005099, "minPropertyId": 99001416}, {"key": "warehouse/property_days/2026-10-f58dea5a-4bae-42cb-a22a-40bc93066342.parquet", "rows": 186, "bytes": 30607, "sha256": "bea40bf5c8582b3a770302d34a40551b79eadd5efe689968693252ef67f57fd2", "maxDate": "2026-10-31", "minDate": "2026-10-01", "maxPropertyId": 99005099, "minPropertyId": 99001416}], "floorplan_days": [{"key": "warehouse/floorplan_days/2026-08-f14b1a00-a3a2-496f-8630-6456f233a845.parquet", "rows": 812, "bytes": 16922, "sha256": "b27d310c38cdf8b1d42ac380cd687f58b2a5273b1d6093e897a8df05a1cea5d9", "maxDate": "2026-08-31", "minDate": "2026-08-03", "maxPropertyId": 99005071, "minPropertyId": 99001416}, {"key": "warehouse/floorplan_days/2026-09-fac55682-1e0e-417a-8f85-7075f3b18e7e.parquet", "rows": 915, "bytes": 18840, "sha256": "17999ba59a85bf576571390ed9ff03e05bb8fccac4c905901d079ec790379131", "maxDate": "2026-09-30", "minDate": "2026-09-01", "maxPropertyId": 99005099, "minPropertyId": 99001416}, {"key": "warehouse/floorplan_days/2026-10-693acd43-0b00-40cb-b02b-0e7e293f2f30.parquet", "rows": 1023, "bytes": 20612, "sha256": "342b71c88fee0c0ec96a5eb60bf840205775dc81dc7cda90f94c6a7aeb642d3f", "maxDate": "2026-10-31", "minDate": "2026-10-01", "maxPropertyId": 99005099, "minPropertyId": 99001416}], "reported_owners": [{"key": "warehouse/reported_owners/all-d7088e52-d363-498e-be01-3864046ec697.parquet", "rows": 40, "bytes": 3665, "sha256": "823b49a3b8556a3434990cba29b4cdfb84555da5a5ca4e1777ef348172522548", "maxDate": null, "minDate": null, "maxPropertyId": 101000276, "minPropertyId": 99001416}]}', E'\\x9091b55e6c8633f4042838b6c2f301021a0414080c100c1612041212100e0a081012100c080e18020e1806180a0816080c0e180c0a0e');
insert into deliveries (account_id, id, job_id, url, host, state, tries, tries_before, due_at, claim, created_at, finished_at) overriding system value values
('7646c11b-f901-4df6-bba7-75344b12b43e', '10048beb-689b-4b27-b844-9b6080d5d0a9', 'aa78650c-bde7-447d-be0c-1c15bf3e18f8', 'http://127.0.0.1:34307/refused', '127.0.0.1', 'failed', '2', '0', '2026-11-29 09:12:51.163751+00', NULL, '2026-11-29 09:12:19.684205+00', '2026-11-29 09:12:21.360581+00'),
('7646c11b-f901-4df6-bba7-75344b12b43e', '21862cef-c492-4490-95dc-15fcf391a887', 'd45d6d91-613b-462f-91bd-23c356e9d899', 'http://127.0.0.1:9/webhook', '127.0.0.1', 'pending', '0', '0', '2026-11-29 09:13:07.761898+00', NULL, '2026-11-29 09:13:07.761899+00', NULL),
('7646c11b-f901-4df6-bba7-75344b12b43e', '868d40db-5b9f-46ca-8a7f-dbc038a74682', '429b7eb0-647d-44cb-b825-016d287a1e82', 'http://127.0.0.1:34307/taken', '127.0.0.1', 'delivered', '1', '0', '2026-11-29 09:12:51.636836+00', NULL, '2026-11-29 09:12:21.628693+00', '2026-11-29 09:12:21.719026+00'),
('7646c11b-f901-4df6-bba7-75344b12b43e', 'e1d1aaea-8154-49ff-b5f0-24aa062266d5', NULL, 'http://127.0.0.1:34307/taken', '127.0.0.1', 'delivered', '1', '0', '2026-11-29 09:13:33.510418+00', NULL, '2026-11-29 09:13:03.45083+00', '2026-11-29 09:13:03.596177+00');
insert into delivery_tries (delivery_id, number, at, status, latency_ms, failure, response_head) overriding system value values
('10048beb-689b-4b27-b844-9b6080d5d0a9', '1', '2026-11-29 09:12:19.925595+00', '503', '94', 'The receiver answered 503 instead of a 2xx status.', 'heard'),
('10048beb-689b-4b27-b844-9b6080d5d0a9', '2', '2026-11-29 09:12:21.37263+00', '503', '34', 'The receiver answered 503 instead of a 2xx status.', 'heard'),
('868d40db-5b9f-46ca-8a7f-dbc038a74682', '1', '2026-11-29 09:12:21.751962+00', '200', '3', NULL, 'heard'),
('e1d1aaea-8154-49ff-b5f0-24aa062266d5', '1', '2026-11-29 09:13:03.602063+00', '200', '21', NULL, 'heard');
insert into highest_property_id (only_row, highest) overriding system value values
('true', '101000276');
insert into idempotency_keys (account_id, key, fingerprint, job_id, accepted_at) overriding system value values
('7646c11b-f901-4df6-bba7-75344b12b43e', '532843fc-9d01-4364-bc7c-3403cd665d36', E'\\x3f24882856d798227121b6a0096f767e8a592a7cdac419680d302106c9def986', '30d68462-95c5-48a2-85c7-c9cbc8f82014', '2026-11-29 09:12:18.061+00');
insert into job_property_ids (account_id, job_id, property_ids) overriding system value values
('7646c11b-f901-4df6-bba7-75344b12b43e', '1cac2a2a-686f-4d33-a479-c63ecaa81b06', E'\\x9091b55e6c8633'),
('7646c11b-f901-4df6-bba7-75344b12b43e', '30d68462-95c5-48a2-85c7-c9cbc8f82014', E'\\x9091b55e6c8633'),
('7646c11b-f901-4df6-bba7-75344b12b43e', '31d87d0f-d9d4-4893-8e81-7516a869a7fc', E'\\x'),
('7646c11b-f901-4df6-bba7-75344b12b43e', '403434f6-77d3-44dc-b0d8-4260ad383e7e', E'\\x9091b55e6c8633'),
('7646c11b-f901-4df6-bba7-75344b12b43e', '429b7eb0-647d-44cb-b825-016d287a1e82', E'\\x9091b55e'),
('7646c11b-f901-4df6-bba7-75344b12b43e', '43cc5b57-6645-4f10-a420-743f03c2fe66', E'\\x9091b55e6c8633f40428'),
('7646c11b-f901-4df6-bba7-75344b12b43e', '5e58958e-a4af-4a10-b53b-bcec34a6ca03', E'\\x'),
('7646c11b-f901-4df6-bba7-75344b12b43e', 'aa78650c-bde7-447d-be0c-1c15bf3e18f8', E'\\x9091b55e6c8633'),
('7646c11b-f901-4df6-bba7-75344b12b43e', 'adf39ecf-a136-4d80-9613-b309833f3b34', E'\\x9091b55e6c'),
('7646c11b-f901-4df6-bba7-75344b12b43e', 'ae81d601-65b0-4d89-9cd0-8fef9005116d', E'\\x'),
('7646c11b-f901-4df6-bba7-75344b12b43e', 'd45d6d91-613b-462f-91bd-23c356e9d899', E'\\x9091b55e6c8633'),
('7646c11b-f901-4df6-bba7-75344b12b43e', 'e5a8c2ba-aa4d-46df-a366-b0858c99eaf4', E'\\x9091b55e6c');
insert into jobs (account_id, id, report_type, output_format, start_date, end_date, property_count, callback_url, credential_id, data_version, status, attempt, phase, rows_written, rows_total, failure_code, failure_message, created_at, updated_at, finished_at, expires_at, files_deleted_at, columns, compression, csv_profile, name, started_at, revision, ended_revision, kind, spec, results) overriding system value values
('7646c11b-f901-4df6-bba7-75344b12b43e', '1cac2a2a-686f-4d33-a479-c63ecaa81b06', 'property', 'csv', '2026-10-01', '2026-10-31', '3', NULL, '07a91b02-3cf4-499a-85fc-6378baddfcef', '1', 'submitted', '0', 'queued', '0', NULL, NULL, NULL, '2026-11-29 09:13:07.787347+00', '2026-11-29 09:13:07.787347+00', NULL, NULL, NULL, NULL, 'none', 'standard', 'Waits for a worker', NULL, '1795943587787398', NULL, 'report', NULL, NULL),
('7646c11b-f901-4df6-bba7-75344b12b43e', '30d68462-95c5-48a2-85c7-c9cbc8f82014', 'property', 'csv', '2026-10-01', '2026-10-31', '3', NULL, '07a91b02-3cf4-499a-85fc-6378baddfcef', '1', 'succeeded', '1', 'done', '93', '93', NULL, NULL, '2026-11-29 09:12:18.102818+00', '2026-11-29 09:12:19.416022+00', '2026-11-29 09:12:19.416022+00', '2026-12-29 09:12:19.414+00', NULL, NULL, 'none', 'standard', 'Every column', '2026-11-29 09:12:18.696995+00', '1795943539416063', '1795943539416063', 'report', NULL, '[{"key": "results/7646c11b-f901-4df6-bba7-75344b12b43e/30d68462-95c5-48a2-85c7-c9cbc8f82014/1/property_2026-10-01_2026-10-31_30d68462.csv", "rows": 93, "bytes": 71804, "sha256": "8a33db38f1b292a48e08df7d7c686a65d295348ae027289f2d8ff3ea79b2c316", "filename": "property_2026-10-01_2026-10-31_30d68462.csv", "contentType": "text/csv; charset=utf-8"}]'),
('7646c11b-f901-4df6-bba7-75344b12b43e', '31d87d0f-d9d4-4893-8e81-7516a869a7fc', NULL, NULL, NULL, NULL, '0', NULL, '99185aff-13f2-44be-a05a-dc12dc995d8a', '1', 'submitted', '0', 'queued', '0', NULL, NULL, NULL, '2026-11-29 09:13:07.897201+00', '2026-11-29 09:13:07.897202+00', NULL, NULL, NULL, NULL, 'none', 'standard', NULL, NULL, '1795943587897253', NULL, 'match', '{"mode": "address", "counts": {"rows": 2, "ragged": 0, "duplicate": 0, "errorDecodingLines": []}, "explain": false, "headers": ["Address1", "City", "State", "Zip"], "mapping": {"address_city": "City", "address_state": "State", "address_line_1": "Address1", "address_postal": "Zip"}, "inputKey": "uploads/7646c11b-f901-4df6-bba7-75344b12b43e/31d87d0f-d9d4-4893-8e81-7516a869a7fc"}', NULL),
('7646c11b-f901-4df6-bba7-75344b12b43e', '403434f6-77d3-44dc-b0d8-4260ad383e7e', 'property', 'csv', '2026-10-01', '2026-10-31', '3', NULL, '07a91b02-3cf4-499a-85fc-6378baddfcef', '1', 'failed', '3', 'queued', '0', NULL, 'export_failed', 'The export could not be written after 3 attempts', '2026-11-29 09:12:28.546083+00', '2026-11-29 09:12:35.217729+00', '2026-11-29 09:12:35.217729+00', NULL, NULL, NULL, 'none', 'standard', 'Fails', NULL, '1795943555217794', '1795943555217794', 'report', NULL, NULL),
('7646c11b-f901-4df6-bba7-75344b12b43e', '429b7eb0-647d-44cb-b825-016d287a1e82', 'property', 'csv', '2026-10-01', '2026-10-31', '1', 'http://127.0.0.1:34307/taken', '07a91b02-3cf4-499a-85fc-6378baddfcef', '1', 'succeeded', '1', 'done', '31', '31', NULL, NULL, '2026-11-29 09:12:19.412827+00', '2026-11-29 09:12:21.622189+00', '2026-11-29 09:12:21.622189+00', '2026-12-29 09:12:21.62+00', NULL, NULL, 'gzip', 'excel', NULL, '2026-11-29 09:12:21.00246+00', '1795943541622254', '1795943541622254', 'report', NULL, '[{"key": "results/7646c11b-f901-4df6-bba7-75344b12b43e/429b7eb0-647d-44cb-b825-016d287a1e82/1/property_2026-10-01_2026-10-31_429b7eb0.csv.gz", "rows": 31, "bytes": 2649, "sha256": "9bf68491eb41c98cc1f3c5c2b781bb0c8f267659387789f3749836deada3b992", "filename": "property_2026-10-01_2026-10-31_429b7eb0.csv.gz", "contentType": "application/gzip"}]'),
('7646c11b-f901-4df6-bba7-75344b12b43e', '43cc5b57-6645-4f10-a420-743f03c2fe66', NULL, NULL, NULL, NULL, '5', NULL, 'd0b9a754-1c20-490b-ba73-c81b8ca71680', '1', 'succeeded', '1', 'done', '5', '5', NULL, NULL, '2026-11-29 09:12:24.490834+00', '2026-11-29 09:12:25.546883+00', '2026-11-29 09:12:25.546883+00', '2026-12-29 09:12:25.544+00', NULL, NULL, 'none', 'standard', NULL, '2026-11-29 09:12:24.69929+00', '1795943545546947', '1795943545546947', 'property-details', '{"counts": {"unknown": 1, "duplicate": 0, "requested": 6, "notUpdated": 0}, "updated": null, "fileSizes": [5], "filterPii": false, "detailTypes": ["basic", "ownership", "sales", "taxes"]}', '[{"key": "results/7646c11b-f901-4df6-bba7-75344b12b43e/43cc5b57-6645-4f10-a420-743f03c2fe66/1/43cc5b57-6645-4f10-a420-743f03c2fe66_0.ndjson", "rows": 5, "bytes": 19124, "sha256": "80f2060c804f7fc27bdadabf49f374bd691cad9e897071520fb0f4f382c6df0f", "filename": "43cc5b57-6645-4f10-a420-743f03c2fe66_0.ndjson", "contentType": "application/x-ndjson"}]'),
('7646c11b-f901-4df6-bba7-75344b12b43e', '5e58958e-a4af-4a10-b53b-bcec34a6ca03', NULL, NULL, NULL, NULL, '0', NULL, 'd0b9a754-1c20-490b-ba73-c81b8ca71680', '1', 'succeeded', '1', 'done', '2', '2', NULL, NULL, '2026-11-29 09:12:26.158873+00', '2026-11-29 09:12:26.772849+00', '2026-11-29 09:12:26.772849+00', '2026-12-29 09:12:26.77+00', NULL, NULL, 'none', 'standard', NULL, '2026-11-29 09:12:26.237413+00', '1795943546772916', '1795943546772916', 'match', '{"mode": "address", "counts": {"rows": 2, "ragged": 0, "duplicate": 0, "errorDecodingLines": []}, "explain": false, "headers": ["Address1", "City", "State", "Zip"], "mapping": {"address_city": "City", "address_state": "State", "address_line_1": "Address1", "address_postal": "Zip"}, "inputKey": "uploads/7646c11b-f901-4df6-bba7-75344b12b43e/5e58958e-a4af-4a10-b53b-bcec34a6ca03"}', '[{"key": "results/7646c11b-f901-4df6-bba7-75344b12b43e/5e58958e-a4af-4a10-b53b-bcec34a6ca03/1/5e58958e-a4af-4a10-b53b-bcec34a6ca03.csv", "rows": 2, "bytes": 183, "sha256": "5189f17c29c105a235e4793be4a702797170e8a1ce4f15ac8d9b197e5cdf095c", "filename": "5e58958e-a4af-4a10-b53b-bcec34a6ca03.csv", "contentType": "text/csv; charset=utf-8"}]'),
('7646c11b-f901-4df6-bba7-75344b12b43e', 'aa78650c-bde7-447d-be0c-1c15bf3e18f8', 'units', 'jsonl', '2026-10-01', '2026-10-31', '3', 'http://127.0.0.1:34307/refused', '07a91b02-3cf4-499a-85fc-6378baddfcef', '1', 'succeeded', '1', 'done', '916', '916', NULL, NULL, '2026-11-29 09:12:18.568781+00', '2026-11-29 09:12:19.678541+00', '2026-11-29 09:12:19.678541+00', '2026-12-29 09:12:19.677+00', NULL, '{property_id,unit_name,rent}', 'none', 'standard', NULL, '2026-11-29 09:12:19.643303+00', '1795943539678586', '1795943539678586', 'report', NULL, '[{"key": "results/7646c11b-f901-4df6-bba7-75344b12b43e/aa78650c-bde7-447d-be0c-1c15bf3e18f8/1/units_2026-10-01_2026-10-31_aa78650c.jsonl", "rows": 916, "bytes": 53203, "sha256": "1722faed2db9828bc991609780554d4673fb36d85a8ef5da79e4ce4d8cac9db1", "filename": "units_2026-10-01_2026-10-31_aa78650c.jsonl", "contentType": "application/x-ndjson"}]'),
('7646c11b-f901-4df6-bba7-75344b12b43e', 'adf39ecf-a136-4d80-9613-b309833f3b34', 'floorplans', 'parquet', '2026-10-01', '2026-10-31', '2', NULL, '07a91b02-3cf4-499a-85fc-6378baddfcef', '1', 'succeeded', '1', 'done', '341', '341', NULL, NULL, '2026-11-29 09:12:19.055934+00', '2026-11-29 09:12:20.660861+00', '2026-11-29 09:12:20.660861+00', '2026-12-29 09:12:20.659+00', NULL, NULL, 'none', 'standard', NULL, '2026-11-29 09:12:20.315506+00', '1795943540660920', '1795943540660920', 'report', NULL, '[{"key": "results/7646c11b-f901-4df6-bba7-75344b12b43e/adf39ecf-a136-4d80-9613-b309833f3b34/1/floorplans_2026-10-01_2026-10-31_adf39ecf.parquet", "rows": 341, "bytes": 17062, "sha256": "b81373897a836c885a06e7d3edf17167aeece7b830dd9a35f4218d8199b00c43", "filename": "floorplans_2026-10-01_2026-10-31_adf39ecf.parquet", "contentType": "application/vnd.apache.parquet"}]'),
('7646c11b-f901-4df6-bba7-75344b12b43e', 'ae81d601-65b0-4d89-9cd0-8fef9005116d', NULL, NULL, NULL, NULL, '0', NULL, 'd0b9a754-1c20-490b-ba73-c81b8ca71680', '1', 'succeeded', '1', 'done', '46', '46', NULL, NULL, '2026-11-29 09:12:27.936269+00', '2026-11-29 09:12:28.123955+00', '2026-11-29 09:12:28.123955+00', '2026-12-29 09:12:28.122+00', NULL, NULL, 'none', 'standard', NULL, '2026-11-29 09:12:28.070936+00', '1795943548124008', '1795943548124008', 'search', '{"settings": {"year_built": {"min": 1900}}}', '[{"key": "results/7646c11b-f901-4df6-bba7-75344b12b43e/ae81d601-65b0-4d89-9cd0-8fef9005116d/1/ae81d601-65b0-4d89-9cd0-8fef9005116d.ndjson", "rows": 46, "bytes": 12480, "sha256": "b9530360658e4f59d43914463a2f93b8d61a4330ba49625e0988d5530f3e9f8d", "filename": "ae81d601-65b0-4d89-9cd0-8fef9005116d.ndjson", "contentType": "application/x-ndjson"}]'),
('7646c11b-f901-4df6-bba7-75344b12b43e', 'd45d6d91-613b-462f-91bd-23c356e9d899', 'property', 'csv', '2026-10-01', '2026-10-31', '3', 'http://127.0.0.1:9/webhook', '07a91b02-3cf4-499a-85fc-6378baddfcef', '1', 'cancelled', '0', 'queued', '0', NULL, NULL, NULL, '2026-11-29 09:13:07.686692+00', '2026-11-29 09:13:07.740668+00', '2026-11-29 09:13:07.740668+00', NULL, NULL, NULL, 'none', 'standard', 'Cancelled', NULL, '1795943587741533', '1795943587741533', 'report', NULL, NULL),
('7646c11b-f901-4df6-bba7-75344b12b43e', 'e5a8c2ba-aa4d-46df-a366-b0858c99eaf4', 'property', 'jsonl', '2026-10-01', '2026-10-31', '2', NULL, '07a91b02-3cf4-499a-85fc-6378baddfcef', '1', 'succeeded', '1', 'done', '62', '62', NULL, NULL, '2026-11-29 09:13:02.332592+00', '2026-11-29 09:13:02.957891+00', '2026-11-29 09:13:02.957891+00', '2026-12-29 09:13:02.955+00', NULL, NULL, 'none', 'standard', 'Has its data', '2026-11-29 09:13:02.582256+00', '1795943582957959', '1795943582957959', 'report', NULL, '[{"key": "results/7646c11b-f901-4df6-bba7-75344b12b43e/e5a8c2ba-aa4d-46df-a366-b0858c99eaf4/1/property_2026-10-01_2026-10-31_e5a8c2ba.jsonl", "rows": 62, "bytes": 156937, "sha256": "4aed1ff6514efe7951562445d8bd06b2e8a1dc650cef0e10527ae972a77c145d", "filename": "property_2026-10-01_2026-10-31_e5a8c2ba.jsonl", "contentType": "application/x-ndjson"}]');
insert into kept_versions (version, until) overriding system value values
('1', '2026-11-30 09:12:21.894998+00');
insert into quota_blocks (account_id, month, block, counted, kept) overriding system value values
('7646c11b-f901-4df6-bba7-75344b12b43e', '2026-11-01', '1510', E'\\x48a47ea441b17bb28fb2', E'\\x48a47ea441b17bb28fb2');
insert into quota_held (account_id, month, block, job_id, members) overriding system value values
('7646c11b-f901-4df6-bba7-75344b12b43e', '2026-11-01', '1510', '1cac2a2a-686f-4d33-a479-c63ecaa81b06', E'\\x48a47ea441b1');
insert into quota_months (account_id, month, usage) overriding system value values
('7646c11b-f901-4df6-bba7-75344b12b43e', '2026-11-01', '5');
insert into rate_windows (credential_id, window_number, taken, granted, door) overriding system value values
('07a91b02-3cf4-499a-85fc-6378baddfcef', '29932393', '2400', '1200', 'bulk'),
('1f9f0435-969e-4edf-95b2-1b154a116d19', '29932393', '1200', '1200', 'bulk'),
('99185aff-13f2-44be-a05a-dc12dc995d8a', '1795943589', '1', '1', 'batch'),
('d0b9a754-1c20-490b-ba73-c81b8ca71680', '1795943589', '4', '1', 'batch'),
('f619cb3c-810e-42d7-b225-aee45c1c819e', '29932393', '1200', '1200', 'bulk');
insert into schedule_runs (account_id, schedule_id, planned_at, start_date, end_date, state, deadline_at, check_at, job_id, data_complete, reason_code, reason) overriding system value values
('7646c11b-f901-4df6-bba7-75344b12b43e', '2fb82767-a846-40f9-96a1-ad2134995264', '2026-11-29 09:13:00+00', '2026-11-28', '2026-11-28', 'waiting', '2026-12-01 09:13:02.045+00', '2026-11-29 09:14:02.045+00', NULL, NULL, 'data_incomplete', 'Waits until the data reaches 2026-11-28'),
('7646c11b-f901-4df6-bba7-75344b12b43e', '323e21a8-40e0-4b74-aa68-a04617f487d3', '2026-11-29 09:13:00+00', '2026-11-28', '2026-11-28', 'skipped', '2026-11-29 09:13:02.045+00', NULL, NULL, NULL, 'data_incomplete', 'The data did not reach 2026-11-28 by the deadline'),
('7646c11b-f901-4df6-bba7-75344b12b43e', 'b7ee970c-2502-4141-a3ee-8080977c92e2', '2026-11-29 09:13:00+00', '2026-10-01', '2026-10-31', 'submitted', '2026-12-01 09:13:02.045+00', NULL, 'e5a8c2ba-aa4d-46df-a366-b0858c99eaf4', 'true', NULL, NULL);
insert into schedules (account_id, id, frequency, day_of_month, weekday, local_time, time_zone, range, range_days, deadline_hours, on_incomplete, report_type, output_format, columns, compression, csv_profile, name, callback_url, property_ids, property_count, credential_id, state, next_at, created_at, updated_at) overriding system value values
('7646c11b-f901-4df6-bba7-75344b12b43e', '1669c972-ae1e-4b48-a74c-4de5ccbdddfe', 'weekly', NULL, 'monday', '05:30', 'UTC', 'previous_week', NULL, '48', 'run', 'property', 'jsonl', NULL, 'none', 'standard', NULL, NULL, E'\\x9091b55e6c', '2', '07a91b02-3cf4-499a-85fc-6378baddfcef', 'paused', NULL, '2026-11-29 09:12:36.062745+00', '2026-11-29 09:12:36.117772+00'),
('7646c11b-f901-4df6-bba7-75344b12b43e', '2fb82767-a846-40f9-96a1-ad2134995264', 'daily', NULL, NULL, '09:13', 'UTC', 'yesterday', NULL, '48', 'run', 'property', 'jsonl', NULL, 'none', 'standard', 'Waits', NULL, E'\\x9091b55e6c', '2', '07a91b02-3cf4-499a-85fc-6378baddfcef', 'active', '2026-11-30 09:13:00+00', '2026-11-29 09:12:35.941304+00', '2026-11-29 09:12:35.941304+00'),
('7646c11b-f901-4df6-bba7-75344b12b43e', '323e21a8-40e0-4b74-aa68-a04617f487d3', 'daily', NULL, NULL, '09:13', 'UTC', 'yesterday', NULL, '0', 'skip', 'property', 'jsonl', NULL, 'none', 'standard', 'Is skipped', NULL, E'\\x9091b55e6c', '2', '07a91b02-3cf4-499a-85fc-6378baddfcef', 'active', '2026-11-30 09:13:00+00', '2026-11-29 09:12:35.853619+00', '2026-11-29 09:12:35.853619+00'),
('7646c11b-f901-4df6-bba7-75344b12b43e', 'b7ee970c-2502-4141-a3ee-8080977c92e2', 'daily', NULL, NULL, '09:13', 'UTC', 'previous_month', NULL, '48', 'run', 'property', 'jsonl', NULL, 'none', 'standard', 'Has its data', NULL, E'\\x9091b55e6c', '2', '07a91b02-3cf4-499a-85fc-6378baddfcef', 'active', '2026-11-30 09:13:00+00', '2026-11-29 09:12:35.796043+00', '2026-11-29 09:12:35.796043+00'),
('7646c11b-f901-4df6-bba7-75344b12b43e', 'b886a658-111e-49a3-ab3c-607cdcbe2380', 'monthly', '1', NULL, '06:00', 'America/New_York', 'trailing_n_days', '31', '48', 'run', 'property', 'jsonl', NULL, 'none', 'standard', 'Months to come', NULL, E'\\x9091b55e6c', '2', '07a91b02-3cf4-499a-85fc-6378baddfcef', 'active', '2026-12-01 11:00:00+00', '2026-11-29 09:12:36.020482+00', '2026-11-29 09:12:36.020483+00');
insert into source_ids (source_id, property_id) overriding system value values
('demo-101000006', '101000006'),
('demo-101000007', '101000007'),
('demo-101000020', '101000020'),
('demo-101000022', '101000022'),
('demo-101000032', '101000032'),
('demo-101000036', '101000036'),
('demo-101000042', '101000042'),
('demo-101000050', '101000050'),
('demo-101000056', '101000056'),
('demo-101000067', '101000067'),
('demo-101000076', '101000076'),
('demo-101000078', '101000078'),
('demo-101000087', '101000087'),
('demo-101000096', '101000096'),
('demo-101000104', '101000104'),
('demo-101000111', '101000111'),
('demo-101000116', '101000116'),
('demo-101000120', '101000120'),
('demo-101000128', '101000128'),
('demo-101000137', '101000137'),
('demo-101000145', '101000145'),
('demo-101000151', '101000151'),
('demo-101000155', '101000155'),
('demo-101000162', '101000162'),
('demo-101000174', '101000174'),
('demo-101000175', '101000175'),
('demo-101000182', '101000182'),
('demo-101000194', '101000194'),
('demo-101000197', '101000197'),
('demo-101000209', '101000209'),
('demo-101000214', '101000214'),
('demo-101000218', '101000218'),
('demo-101000229', '101000229'),
('demo-101000233', '101000233'),
('demo-101000239', '101000239'),
('demo-101000246', '101000246'),
('demo-101000258', '101000258'),
('demo-101000264', '101000264'),
('demo-101000269', '101000269'),
('demo-101000276', '101000276'),
('demo-99001416', '99001416'),
('demo-99001470', '99001470'),
('demo-99004737', '99004737'),
('demo-99005051', '99005051'),
('demo-99005071', '99005071'),
('demo-99005099', '99005099');
insert into tasks (id, kind, account_id, job_id, attempt, due_at, worker_id, lease_until) overriding system value values
('11', 'run-job', '7646c11b-f901-4df6-bba7-75344b12b43e', '1cac2a2a-686f-4d33-a479-c63ecaa81b06', '0', '2026-11-29 09:13:07.791472+00', NULL, NULL),
('12', 'run-job', '7646c11b-f901-4df6-bba7-75344b12b43e', '31d87d0f-d9d4-4893-8e81-7516a869a7fc', '0', '2026-11-29 09:13:07.899161+00', NULL, NULL);
select setval(pg_get_serial_sequence('tasks', 'id'), 12, true);
insert into webhook_secrets (id, account_id, sealed, created_at, expires_at) overriding system value values
('1', '7646c11b-f901-4df6-bba7-75344b12b43e', E'\\x019cc4f00fb4a95546811fc1e5dcb8361ed7efb19a1016cfc4950c6144110e3f70ba1423edd5f2d03455567b5bc335e27ca1780401ed39453e584ce789a3b3c85655382b9fdedef09187425f27936e', '2026-11-29 09:12:19.701207+00', '2026-11-30 09:13:03.402868+00'),
('2', '7646c11b-f901-4df6-bba7-75344b12b43e', E'\\x014158ad0c6f7dd1ad4cb66fdf6addbfd214deb02256a81720381e5c6dcda343f78d424c34223fe6e81813f9db55b930c8c762f530ca35b43df02c5621e540b45277878f082d7e7c6a7c9ff3063342', '2026-11-29 09:13:03.404974+00', NULL);
select setval(pg_get_serial_sequence('webhook_secrets', 'id'), 2, true);

alter table accounts add constraint accounts_pkey PRIMARY KEY (id);
alter table audit_log add constraint audit_log_pkey PRIMARY KEY (id);
alter table conveyance_migrations add constraint conveyance_migrations_pkey PRIMARY KEY (name);
alter table conveyance_migrations_lock add constraint conveyance_migrations_lock_pkey PRIMARY KEY (id);
alter table credentials add constraint credentials_pkey PRIMARY KEY (id);
alter table data_versions add constraint data_versions_pkey PRIMARY KEY (version);
alter table deliveries add constraint deliveries_pkey PRIMARY KEY (id);
alter table delivery_tries add constraint delivery_tries_pkey PRIMARY KEY (delivery_id, number);
alter table highest_property_id add constraint highest_property_id_pkey PRIMARY KEY (only_row);
alter table idempotency_keys add constraint idempotency_keys_pkey PRIMARY KEY (account_id, key);
alter table job_property_ids add constraint job_property_ids_pkey PRIMARY KEY (account_id, job_id);
alter table jobs add constraint jobs_pkey PRIMARY KEY (account_id, id);
alter table kept_versions add constraint kept_versions_pkey PRIMARY KEY (version);
alter table quota_blocks add constraint quota_blocks_pkey PRIMARY KEY (account_id, month, block);
alter table quota_held add constraint quota_held_pkey PRIMARY KEY (account_id, month, block, job_id);
alter table quota_months add constraint quota_months_pkey PRIMARY KEY (account_id, month);
alter table rate_windows add constraint rate_windows_pkey PRIMARY KEY (credential_id, door);
alter table schedule_runs add constraint schedule_runs_pkey PRIMARY KEY (account_id, schedule_id, planned_at);
alter table schedules add constraint schedules_pkey PRIMARY KEY (account_id, id);
alter table source_ids add constraint source_ids_pkey PRIMARY KEY (source_id);
alter table tasks add constraint tasks_pkey PRIMARY KEY (id);
alter table webhook_secrets add constraint webhook_secrets_pkey PRIMARY KEY (id);
alter table credentials add constraint credentials_access_key_key UNIQUE (access_key);
alter table deliveries add constraint deliveries_account_id_job_id_key UNIQUE (account_id, job_id);
alter table schedule_runs add constraint schedule_runs_account_id_job_id_key UNIQUE (account_id, job_id);
alter table tasks add constraint tasks_account_id_job_id_kind_key UNIQUE (account_id, job_id, kind);
alter table accounts add constraint accounts_quota_limit_check CHECK ((quota_limit >= 0));
alter table credentials add constraint credentials_check CHECK (((kind = 'key'::text) = (access_key IS NOT NULL)));
alter table credentials add constraint credentials_kind_check CHECK ((kind = ANY (ARRAY['key'::text, 'token'::text])));
alter table deliveries add constraint deliveries_check CHECK (((state = 'pending'::text) = (finished_at IS NULL)));
alter table deliveries add constraint deliveries_check1 CHECK (((claim IS NULL) OR (state = 'pending'::text)));
alter table deliveries add constraint deliveries_state_check CHECK ((state = ANY (ARRAY['pending'::text, 'delivered'::text, 'failed'::text])));
alter table highest_property_id add constraint highest_property_id_only_row_check CHECK (only_row);
alter table jobs add constraint jobs_check CHECK (((status = 'submitted'::text) = (finished_at IS NULL)));
alter table jobs add constraint jobs_check2 CHECK (((status = 'failed'::text) = (failure_code IS NOT NULL)));
alter table jobs add constraint jobs_parameters CHECK (
CASE kind
    WHEN 'report'::text THEN (num_nulls(report_type, output_format, start_date, end_date) = 0)
    ELSE (spec IS NOT NULL)
END);
alter table jobs add constraint jobs_results CHECK (((status = 'succeeded'::text) = (results IS NOT NULL)));
alter table jobs add constraint jobs_status_check CHECK ((status = ANY (ARRAY['submitted'::text, 'succeeded'::text, 'failed'::text, 'cancelled'::text])));
alter table quota_months add constraint quota_months_month_check CHECK ((EXTRACT(day FROM month) = (1)::numeric));
alter table quota_months add constraint quota_months_usage_check CHECK ((usage >= 0));
alter table schedule_runs add constraint schedule_runs_check CHECK (((state = 'waiting'::text) = (check_at IS NOT NULL)));
alter table schedule_runs add constraint schedule_runs_check1 CHECK (((state = 'submitted'::text) = (job_id IS NOT NULL)));
alter table schedule_runs add constraint schedule_runs_check2 CHECK (((job_id IS NULL) = (data_complete IS NULL)));
alter table schedule_runs add constraint schedule_runs_check3 CHECK (((reason_code IS NULL) = (reason IS NULL)));
alter table schedule_runs add constraint schedule_runs_check4 CHECK (((state <> ALL (ARRAY['skipped'::text, 'failed'::text])) OR (reason IS NOT NULL)));
alter table schedule_runs add constraint schedule_runs_state_check CHECK ((state = ANY (ARRAY['waiting'::text, 'submitted'::text, 'skipped'::text, 'failed'::text])));
alter table schedules add constraint schedules_check CHECK (((frequency = 'monthly'::text) = (day_of_month IS NOT NULL)));
alter table schedules add constraint schedules_check1 CHECK (((frequency = 'weekly'::text) = (weekday IS NOT NULL)));
alter table schedules add constraint schedules_check2 CHECK (((range = 'trailing_n_days'::text) = (range_days IS NOT NULL)));
alter table schedules add constraint schedules_check3 CHECK (((state = 'active'::text) = (next_at IS NOT NULL)));
alter table schedules add constraint schedules_state_check CHECK ((state = ANY (ARRAY['active'::text, 'paused'::text])));
alter table tasks add constraint tasks_check CHECK (((worker_id IS NULL) = (lease_until IS NULL)));
alter table credentials add constraint credentials_account_id_fkey FOREIGN KEY (account_id) REFERENCES accounts(id);
alter table deliveries add constraint deliveries_account_id_fkey FOREIGN KEY (account_id) REFERENCES accounts(id);
alter table deliveries add constraint deliveries_account_id_job_id_fkey FOREIGN KEY (account_id, job_id) REFERENCES jobs(account_id, id) ON DELETE CASCADE;
alter table delivery_tries add constraint delivery_tries_delivery_id_fkey FOREIGN KEY (delivery_id) REFERENCES deliveries(id) ON DELETE CASCADE;
alter table idempotency_keys add constraint idempotency_keys_account_id_job_id_fkey FOREIGN KEY (account_id, job_id) REFERENCES jobs(account_id, id) ON DELETE CASCADE;
alter table job_property_ids add constraint job_property_ids_account_id_job_id_fkey FOREIGN KEY (account_id, job_id) REFERENCES jobs(account_id, id) ON DELETE CASCADE;
alter table jobs add constraint jobs_account_id_fkey FOREIGN KEY (account_id) REFERENCES accounts(id);
alter table jobs add constraint jobs_credential_id_fkey FOREIGN KEY (credential_id) REFERENCES credentials(id);
alter table kept_versions add constraint kept_versions_version_fkey FOREIGN KEY (version) REFERENCES data_versions(version) ON DELETE CASCADE;
alter table quota_blocks add constraint quota_blocks_account_id_month_fkey FOREIGN KEY (account_id, month) REFERENCES quota_months(account_id, month);
alter table quota_held add constraint quota_held_account_id_month_fkey FOREIGN KEY (account_id, month) REFERENCES quota_months(account_id, month);
alter table quota_months add constraint quota_months_account_id_fkey FOREIGN KEY (account_id) REFERENCES accounts(id);
alter table schedule_runs add constraint schedule_runs_account_id_job_id_fkey FOREIGN KEY (account_id, job_id) REFERENCES jobs(account_id, id) ON DELETE CASCADE;
alter table schedule_runs add constraint schedule_runs_account_id_schedule_id_fkey FOREIGN KEY (account_id, schedule_id) REFERENCES schedules(account_id, id) ON DELETE CASCADE;
alter table schedules add constraint schedules_account_id_fkey FOREIGN KEY (account_id) REFERENCES accounts(id);
alter table schedules add constraint schedules_credential_id_fkey FOREIGN KEY (credential_id) REFERENCES credentials(id);
alter table tasks add constraint tasks_account_id_job_id_fkey FOREIGN KEY (account_id, job_id) REFERENCES jobs(account_id, id) ON DELETE CASCADE;
alter table webhook_secrets add constraint webhook_secrets_account_id_fkey FOREIGN KEY (account_id) REFERENCES accounts(id);
CREATE INDEX audit_log_account ON public.audit_log USING btree (account_id, id);
CREATE INDEX credentials_account ON public.credentials USING btree (account_id);
CREATE UNIQUE INDEX credentials_token ON public.credentials USING btree (secret_hash) WHERE (kind = 'token'::text);
CREATE INDEX deliveries_claimed ON public.deliveries USING btree (host, account_id) WHERE (claim IS NOT NULL);
CREATE INDEX deliveries_finished ON public.deliveries USING btree (finished_at) WHERE (finished_at IS NOT NULL);
CREATE INDEX deliveries_newest ON public.deliveries USING btree (account_id, created_at DESC, id DESC);
CREATE INDEX deliveries_pending ON public.deliveries USING btree (account_id, host, due_at, id) WHERE (state = 'pending'::text);
CREATE INDEX delivery_tries_made ON public.delivery_tries USING btree (at);
CREATE INDEX idempotency_keys_age ON public.idempotency_keys USING btree (accepted_at);
CREATE INDEX jobs_batch ON public.jobs USING btree (credential_id, created_at DESC, id DESC) WHERE (kind <> 'report'::text);
CREATE INDEX jobs_ended ON public.jobs USING btree (account_id, ended_revision) WHERE (ended_revision IS NOT NULL);
CREATE INDEX jobs_expiring ON public.jobs USING btree (expires_at) WHERE ((expires_at IS NOT NULL) AND (files_deleted_at IS NULL));
CREATE INDEX jobs_newest ON public.jobs USING btree (account_id, created_at DESC, id DESC);
CREATE UNIQUE INDEX jobs_one_unfinished_batch ON public.jobs USING btree (credential_id) WHERE ((kind <> 'report'::text) AND (status = 'submitted'::text));
CREATE INDEX jobs_result_keys ON public.jobs USING gin (results jsonb_path_ops) WHERE (files_deleted_at IS NULL);
CREATE INDEX jobs_unended ON public.jobs USING btree (account_id) WHERE (ended_revision IS NULL);
CREATE INDEX jobs_unfinished ON public.jobs USING btree (data_version) WHERE (status = 'submitted'::text);
CREATE INDEX quota_held_job ON public.quota_held USING btree (account_id, job_id);
CREATE INDEX schedule_runs_due ON public.schedule_runs USING btree (check_at) WHERE (state = 'waiting'::text);
CREATE INDEX schedules_due ON public.schedules USING btree (next_at) WHERE (next_at IS NOT NULL);
CREATE INDEX schedules_newest ON public.schedules USING btree (account_id, created_at DESC, id DESC);
CREATE INDEX tasks_running ON public.tasks USING btree (account_id) WHERE (worker_id IS NOT NULL);
CREATE INDEX tasks_waiting ON public.tasks USING btree (account_id, id) WHERE (worker_id IS NULL);
CREATE INDEX webhook_secrets_account ON public.webhook_secrets USING btree (account_id, id DESC);
CREATE UNIQUE INDEX webhook_secrets_current ON public.webhook_secrets USING btree (account_id) WHERE (expires_at IS NULL);

CREATE TRIGGER audit_log_append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON public.audit_log FOR EACH STATEMENT EXECUTE FUNCTION refuse_audit_change();
CREATE TRIGGER jobs_change BEFORE INSERT OR UPDATE OF status, attempt, phase, rows_written, rows_total ON public.jobs FOR EACH ROW EXECUTE FUNCTION tell_job_change();
