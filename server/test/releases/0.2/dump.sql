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
  door text not null
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

CREATE OR REPLACE FUNCTION public.rate_door_by_contract()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
    begin
      new.door := case new.door when 'bulk' then 'apartmentiq' when 'batch' then 'reonomy' else new.door end;
      return new;
    end $function$;
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
('0543fa28-d815-46d7-bb07-2f81c952883b', 'Harbor Analytics', '2026-11-29 15:16:52.32739+00', NULL, '2026-11-29 15:18:02.764368+00', '1000'),
('582f9b3f-e87f-44c0-b684-a5187fdd19cb', 'Pier Nine', '2026-11-29 15:16:53.498979+00', E'\\x9091b55e6c', NULL, NULL);
insert into audit_log (id, at, event, account_id, credential_id, job_id, address, property_count, property_ids_sha256) overriding system value values
('1', '2026-11-29 15:16:57.533006+00', 'job-created', '0543fa28-d815-46d7-bb07-2f81c952883b', '97b3f409-55f6-409f-bef5-f13d4cee2036', '93cdc1fd-3c9f-45ea-aa90-0c06b003a2e7', '127.0.0.1', '3', '9db2d5c14ff47cd26542e43d74e54f96d6ab3a3f01288d5780a97c110c8079b5'),
('2', '2026-11-29 15:16:57.576992+00', 'job-created', '0543fa28-d815-46d7-bb07-2f81c952883b', '97b3f409-55f6-409f-bef5-f13d4cee2036', '3275d73b-978c-428e-82c3-ebbf5625b8b4', '127.0.0.1', '3', '9db2d5c14ff47cd26542e43d74e54f96d6ab3a3f01288d5780a97c110c8079b5'),
('3', '2026-11-29 15:16:57.592488+00', 'job-created', '0543fa28-d815-46d7-bb07-2f81c952883b', '97b3f409-55f6-409f-bef5-f13d4cee2036', '96fc0d45-a6a8-4f5d-a55d-bc8806031096', '127.0.0.1', '2', 'ebc63a231aa5b2371fd98471526b293114dd3b497b255dc6d69c020d13330690'),
('4', '2026-11-29 15:16:57.605361+00', 'job-created', '0543fa28-d815-46d7-bb07-2f81c952883b', '97b3f409-55f6-409f-bef5-f13d4cee2036', '74094de8-9ce2-4c81-9941-d212f3a86cd6', '127.0.0.1', '1', 'f566bc392c5e6e3bf8ea67159e0b9cb3629a07b068e646f092d17f3cf48e65d0'),
('5', '2026-11-29 15:16:58.036624+00', 'property-read', '0543fa28-d815-46d7-bb07-2f81c952883b', '05eed551-bc80-47ab-bc00-39efb9ffb61e', NULL, '127.0.0.1', '1', 'f566bc392c5e6e3bf8ea67159e0b9cb3629a07b068e646f092d17f3cf48e65d0'),
('6', '2026-11-29 15:16:58.300525+00', 'job-created', '0543fa28-d815-46d7-bb07-2f81c952883b', '05eed551-bc80-47ab-bc00-39efb9ffb61e', '91c73417-b129-495c-8383-49de2388eec0', '127.0.0.1', '5', '9d43b01a0a2be567f4c758ffee6cc9d61236ddd51e5a28d0b62eacdf76c272e4'),
('7', '2026-11-29 15:16:58.611761+00', 'link-created', '0543fa28-d815-46d7-bb07-2f81c952883b', '05eed551-bc80-47ab-bc00-39efb9ffb61e', '91c73417-b129-495c-8383-49de2388eec0', '127.0.0.1', NULL, NULL),
('8', '2026-11-29 15:16:58.624985+00', 'job-created', '0543fa28-d815-46d7-bb07-2f81c952883b', '05eed551-bc80-47ab-bc00-39efb9ffb61e', '0e3ff25c-2738-4ce1-ab95-e9b41c997d97', '127.0.0.1', '0', 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855'),
('9', '2026-11-29 15:16:59.938993+00', 'link-created', '0543fa28-d815-46d7-bb07-2f81c952883b', '05eed551-bc80-47ab-bc00-39efb9ffb61e', '0e3ff25c-2738-4ce1-ab95-e9b41c997d97', '127.0.0.1', NULL, NULL),
('10', '2026-11-29 15:16:59.950858+00', 'job-created', '0543fa28-d815-46d7-bb07-2f81c952883b', '05eed551-bc80-47ab-bc00-39efb9ffb61e', 'd2b56967-f7e3-4285-8f16-c84778a7cf4f', '127.0.0.1', '0', 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855'),
('11', '2026-11-29 15:17:00.264909+00', 'link-created', '0543fa28-d815-46d7-bb07-2f81c952883b', '05eed551-bc80-47ab-bc00-39efb9ffb61e', 'd2b56967-f7e3-4285-8f16-c84778a7cf4f', '127.0.0.1', NULL, NULL),
('12', '2026-11-29 15:17:00.283421+00', 'job-created', '0543fa28-d815-46d7-bb07-2f81c952883b', '97b3f409-55f6-409f-bef5-f13d4cee2036', '256049f8-fe82-4b21-854b-8b8be88e88f0', '127.0.0.1', '3', '9db2d5c14ff47cd26542e43d74e54f96d6ab3a3f01288d5780a97c110c8079b5'),
('13', '2026-11-29 15:18:02.759457+00', 'job-created', '0543fa28-d815-46d7-bb07-2f81c952883b', '97b3f409-55f6-409f-bef5-f13d4cee2036', '5165f844-cdde-4eb9-ab72-7ad0c55fad88', NULL, '2', 'ebc63a231aa5b2371fd98471526b293114dd3b497b255dc6d69c020d13330690'),
('14', '2026-11-29 15:18:03.489302+00', 'job-created', '0543fa28-d815-46d7-bb07-2f81c952883b', '97b3f409-55f6-409f-bef5-f13d4cee2036', '208b9460-7590-494b-a8ba-22aad21a2879', '127.0.0.1', '3', '9db2d5c14ff47cd26542e43d74e54f96d6ab3a3f01288d5780a97c110c8079b5'),
('15', '2026-11-29 15:18:03.514067+00', 'job-created', '0543fa28-d815-46d7-bb07-2f81c952883b', '97b3f409-55f6-409f-bef5-f13d4cee2036', '7af434f2-23e9-47c8-a4f3-2252664483ec', '127.0.0.1', '3', '9db2d5c14ff47cd26542e43d74e54f96d6ab3a3f01288d5780a97c110c8079b5'),
('16', '2026-11-29 15:18:03.528491+00', 'job-created', '0543fa28-d815-46d7-bb07-2f81c952883b', '8d0353cd-1a5e-4a68-91df-f1b04e8bc5dc', '613546c2-4eb0-4a9f-9de2-36cb445cb492', '127.0.0.1', '0', 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855'),
('17', '2026-11-29 15:18:03.537088+00', 'link-created', '0543fa28-d815-46d7-bb07-2f81c952883b', '97b3f409-55f6-409f-bef5-f13d4cee2036', '93cdc1fd-3c9f-45ea-aa90-0c06b003a2e7', '127.0.0.1', NULL, NULL),
('18', '2026-11-29 15:18:03.569338+00', 'file-downloaded', '0543fa28-d815-46d7-bb07-2f81c952883b', NULL, '93cdc1fd-3c9f-45ea-aa90-0c06b003a2e7', '127.0.0.1', NULL, NULL),
('19', '2026-11-29 15:18:03.576554+00', 'link-created', '0543fa28-d815-46d7-bb07-2f81c952883b', '97b3f409-55f6-409f-bef5-f13d4cee2036', '3275d73b-978c-428e-82c3-ebbf5625b8b4', '127.0.0.1', NULL, NULL),
('20', '2026-11-29 15:18:03.579194+00', 'file-downloaded', '0543fa28-d815-46d7-bb07-2f81c952883b', NULL, '3275d73b-978c-428e-82c3-ebbf5625b8b4', '127.0.0.1', NULL, NULL),
('21', '2026-11-29 15:18:03.58286+00', 'link-created', '0543fa28-d815-46d7-bb07-2f81c952883b', '97b3f409-55f6-409f-bef5-f13d4cee2036', '96fc0d45-a6a8-4f5d-a55d-bc8806031096', '127.0.0.1', NULL, NULL),
('22', '2026-11-29 15:18:03.585021+00', 'file-downloaded', '0543fa28-d815-46d7-bb07-2f81c952883b', NULL, '96fc0d45-a6a8-4f5d-a55d-bc8806031096', '127.0.0.1', NULL, NULL),
('23', '2026-11-29 15:18:03.588279+00', 'link-created', '0543fa28-d815-46d7-bb07-2f81c952883b', '97b3f409-55f6-409f-bef5-f13d4cee2036', '74094de8-9ce2-4c81-9941-d212f3a86cd6', '127.0.0.1', NULL, NULL),
('24', '2026-11-29 15:18:03.590314+00', 'file-downloaded', '0543fa28-d815-46d7-bb07-2f81c952883b', NULL, '74094de8-9ce2-4c81-9941-d212f3a86cd6', '127.0.0.1', NULL, NULL),
('25', '2026-11-29 15:18:03.593859+00', 'link-created', '0543fa28-d815-46d7-bb07-2f81c952883b', '05eed551-bc80-47ab-bc00-39efb9ffb61e', '91c73417-b129-495c-8383-49de2388eec0', '127.0.0.1', NULL, NULL),
('26', '2026-11-29 15:18:03.596493+00', 'file-downloaded', '0543fa28-d815-46d7-bb07-2f81c952883b', NULL, '91c73417-b129-495c-8383-49de2388eec0', '127.0.0.1', NULL, NULL),
('27', '2026-11-29 15:18:03.601959+00', 'link-created', '0543fa28-d815-46d7-bb07-2f81c952883b', '05eed551-bc80-47ab-bc00-39efb9ffb61e', '0e3ff25c-2738-4ce1-ab95-e9b41c997d97', '127.0.0.1', NULL, NULL),
('28', '2026-11-29 15:18:03.604563+00', 'file-downloaded', '0543fa28-d815-46d7-bb07-2f81c952883b', NULL, '0e3ff25c-2738-4ce1-ab95-e9b41c997d97', '127.0.0.1', NULL, NULL),
('29', '2026-11-29 15:18:03.608529+00', 'link-created', '0543fa28-d815-46d7-bb07-2f81c952883b', '05eed551-bc80-47ab-bc00-39efb9ffb61e', 'd2b56967-f7e3-4285-8f16-c84778a7cf4f', '127.0.0.1', NULL, NULL),
('30', '2026-11-29 15:18:03.611258+00', 'file-downloaded', '0543fa28-d815-46d7-bb07-2f81c952883b', NULL, 'd2b56967-f7e3-4285-8f16-c84778a7cf4f', '127.0.0.1', NULL, NULL),
('31', '2026-11-29 15:18:03.689575+00', 'link-created', '0543fa28-d815-46d7-bb07-2f81c952883b', '05eed551-bc80-47ab-bc00-39efb9ffb61e', 'd2b56967-f7e3-4285-8f16-c84778a7cf4f', '127.0.0.1', NULL, NULL),
('32', '2026-11-29 15:18:03.689596+00', 'link-created', '0543fa28-d815-46d7-bb07-2f81c952883b', '05eed551-bc80-47ab-bc00-39efb9ffb61e', '0e3ff25c-2738-4ce1-ab95-e9b41c997d97', '127.0.0.1', NULL, NULL),
('33', '2026-11-29 15:18:03.689601+00', 'link-created', '0543fa28-d815-46d7-bb07-2f81c952883b', '05eed551-bc80-47ab-bc00-39efb9ffb61e', '91c73417-b129-495c-8383-49de2388eec0', '127.0.0.1', NULL, NULL),
('34', '2026-11-29 15:18:03.69332+00', 'link-created', '0543fa28-d815-46d7-bb07-2f81c952883b', '05eed551-bc80-47ab-bc00-39efb9ffb61e', '91c73417-b129-495c-8383-49de2388eec0', '127.0.0.1', NULL, NULL),
('35', '2026-11-29 15:18:04.699705+00', 'link-created', '0543fa28-d815-46d7-bb07-2f81c952883b', '05eed551-bc80-47ab-bc00-39efb9ffb61e', '0e3ff25c-2738-4ce1-ab95-e9b41c997d97', '127.0.0.1', NULL, NULL),
('36', '2026-11-29 15:18:04.703635+00', 'link-created', '0543fa28-d815-46d7-bb07-2f81c952883b', '05eed551-bc80-47ab-bc00-39efb9ffb61e', 'd2b56967-f7e3-4285-8f16-c84778a7cf4f', '127.0.0.1', NULL, NULL);
select setval(pg_get_serial_sequence('audit_log', 'id'), 36, true);
insert into conveyance_migrations (name, "timestamp") overriding system value values
('0001-foundation', '2026-11-29T15:16:46.999Z'),
('0002-webhooks', '2026-11-29T15:16:47.018Z'),
('0003-quota', '2026-11-29T15:16:47.031Z'),
('0004-request-options', '2026-11-29T15:16:47.038Z'),
('0005-rate-limits', '2026-11-29T15:16:47.042Z'),
('0006-job-changes-and-audit-log', '2026-11-29T15:16:47.054Z'),
('0007-job-kinds', '2026-11-29T15:16:47.060Z'),
('0008-schedules', '2026-11-29T15:16:47.074Z'),
('0010-rate-windows-by-door', '2026-11-29T15:16:47.080Z'),
('0011-kept-versions', '2026-11-29T15:16:47.083Z'),
('0012-rate-windows-by-contract', '2026-11-29T15:16:47.084Z');
insert into conveyance_migrations_lock (id, is_locked) overriding system value values
('migration_lock', '0');
insert into credentials (id, account_id, kind, access_key, secret_hash, scopes, created_at, revoked_at) overriding system value values
('05eed551-bc80-47ab-bc00-39efb9ffb61e', '0543fa28-d815-46d7-bb07-2f81c952883b', 'key', 'cvk_05eed551bc8047abbc0039efb9ffb61e', E'\\x7e970bac74a752fface113bb8db3431fc96350b1b0c7e588dc72a8e9b91c62a2', '{exports:read,exports:write,data:read}', '2026-11-29 15:16:55.764044+00', NULL),
('3ae357d9-40fa-4f32-840e-602b18c12697', '582f9b3f-e87f-44c0-b684-a5187fdd19cb', 'token', NULL, E'\\xd05a656c02c3c6d4c553007973930aee2d7fb6f46cae8d249577cb197628f9ac', '{exports:read,exports:write,data:read}', '2026-11-29 15:16:56.924301+00', NULL),
('8d0353cd-1a5e-4a68-91df-f1b04e8bc5dc', '0543fa28-d815-46d7-bb07-2f81c952883b', 'key', 'cvk_8d0353cd1a5e4a6891dff1b04e8bc5dc', E'\\x293d273a8748620fffd564929c32880d48dde7c479bbc792d731129a0d6cf758', '{exports:read,exports:write,data:read}', '2026-11-29 15:16:56.340254+00', NULL),
('8dad0ba8-fd4f-40b4-9760-6c4cdc677191', '582f9b3f-e87f-44c0-b684-a5187fdd19cb', 'token', NULL, E'\\xabc3a4d7eaf8cfe6d5ae7d7778c36e74929d0d70c98ea0072f9039c4124ac494', '{exports:read}', '2026-11-29 15:16:57.479068+00', NULL),
('97b3f409-55f6-409f-bef5-f13d4cee2036', '0543fa28-d815-46d7-bb07-2f81c952883b', 'token', NULL, E'\\x0a5af0fa68a9697b4cd5d6d495ca8ad3626440655be95bd01a398cf4fbe0d032', '{exports:read,exports:write,data:read}', '2026-11-29 15:16:55.211222+00', NULL),
('a159aa4c-680c-41ea-bbea-b96e41e6075a', '0543fa28-d815-46d7-bb07-2f81c952883b', 'key', 'cvk_a159aa4c680c41eabbeab96e41e6075a', E'\\xba6d3970d26a2ab76cf51ffa280f086d19c063abec07f78d3750040477f711e9', '{exports:read,exports:write,data:read}', '2026-11-29 15:16:54.111251+00', '2026-11-29 15:16:54.675801+00');
insert into data_versions (version, committed_at, tables, property_ids) overriding system value values
('1', '2026-11-29 15:16:51.725447+00', '{"sales": [{"key": "warehouse/sales/all-985fdd40-c55a-4fb1-b6d8-68885fe726c8.parquet", "rows": 95, "bytes": 7744, "sha256": "19bb2ce76f2dfb806d42cb02a8207e80021b6bc808fbe6324082beb5479b8bf7", "maxDate": null, "minDate": null, "maxPropertyId": 101000276, "minPropertyId": 99001416}], "taxes": [{"key": "warehouse/taxes/all-ec1d102e-4b2f-4822-8272-c46c358cf6ba.parquet", "rows": 230, "bytes": 9112, "sha256": "de82efd4c2de70f437700c918cacb0f34d32be5dd806ee0f4ef7aeaefd65e3af", "maxDate": null, "minDate": null, "maxPropertyId": 101000276, "minPropertyId": 99001416}], "units": [{"key": "warehouse/units/all-d60ddd34-596c-44e8-88d9-505e3918856b.parquet", "rows": 1210, "bytes": 11561, "sha256": "4f95dd6816a1ec86f3f206712a9415a25161c25112e8be47126ab9b403053935", "maxDate": null, "minDate": null, "maxPropertyId": 99005099, "minPropertyId": 99001416}], "tenants": [{"key": "warehouse/tenants/all-9e804b22-db41-40c0-8f84-2f50481a8ad2.parquet", "rows": 85, "bytes": 9451, "sha256": "e7d0b3c9005cf6ba1176c732aceb603937185c8dfbecc743aa011b28669f045d", "maxDate": null, "minDate": null, "maxPropertyId": 101000269, "minPropertyId": 101000007}], "contacts": [{"key": "warehouse/contacts/all-d7793895-3df2-475f-8377-253492837e00.parquet", "rows": 52, "bytes": 9312, "sha256": "8f0d690ae5024e7a9db3aec9854857e558b05b34769be2e27e09191daec64e44", "maxDate": null, "minDate": null, "maxPropertyId": 101000276, "minPropertyId": 99001416}], "mortgages": [{"key": "warehouse/mortgages/all-763d9d2c-8dcd-4a5e-97e7-7000d6725f19.parquet", "rows": 78, "bytes": 7377, "sha256": "e38e17a01b656bbb72e5d4e267371173ccf3cdc1a63a2008e8666950d130a75e", "maxDate": null, "minDate": null, "maxPropertyId": 101000276, "minPropertyId": 99001416}], "unit_days": [{"key": "warehouse/unit_days/2026-08-30835a2e-91a6-4b1c-aff6-1fadf8692cba.parquet", "rows": 1349, "bytes": 21992, "sha256": "f080ce267f4737345ca0ab80c4f8a4214f2f3ab3cb856566f6d8f5332ca44919", "maxDate": "2026-08-31", "minDate": "2026-08-03", "maxPropertyId": 99005071, "minPropertyId": 99001416}, {"key": "warehouse/unit_days/2026-09-41251ab5-a204-4827-9881-cfa47b495913.parquet", "rows": 1642, "bytes": 24554, "sha256": "f08542ff2203d93332c1ef8bdf47e81bfd4d126822e184db2ad668aa3e5e0c49", "maxDate": "2026-09-30", "minDate": "2026-09-01", "maxPropertyId": 99005099, "minPropertyId": 99001416}, {"key": "warehouse/unit_days/2026-10-f831790d-6b61-42f3-86aa-c56d079c1bf9.parquet", "rows": 2110, "bytes": 31588, "sha256": "e1ba414932ac2556d09caa75e75f30ca03d3fae4d55db458bbaa01277af5ed75", "maxDate": "2026-10-31", "minDate": "2026-10-01", "maxPropertyId": 99005099, "minPropertyId": 99001416}], "floorplans": [{"key": "warehouse/floorplans/all-50886e49-f23b-4bdb-a31c-d89e795fbef2.parquet", "rows": 33, "bytes": 2656, "sha256": "166eef9ba99e89f9d71d33349db35787bbc9ebec1ce34d7b1d6498d0b80ee1e9", "maxDate": null, "minDate": null, "maxPropertyId": 99005099, "minPropertyId": 99001416}], "match_keys": [{"key": "warehouse/match_keys/699b2e11-4cfa-4095-b69d-a398e2942563.parquet", "rows": 230, "bytes": 2356, "sha256": "88cf857da5b6043b68fd04bfd49be440cf7660353490cb327899a10ee856a355", "maxDate": null, "minDate": null, "maxPropertyId": 9007199254740991, "minPropertyId": 0}], "match_rows": [{"key": "warehouse/match_rows/699b2e11-4cfa-4095-b69d-a398e2942563.parquet", "rows": 46, "bytes": 4774, "sha256": "ec3b46a909d13c412e602dea0c60ce74eea544f56c4e7f6db565b6a761a741b6", "maxDate": null, "minDate": null, "maxPropertyId": 9007199254740991, "minPropertyId": 0}], "ownerships": [{"key": "warehouse/ownerships/all-918d97e9-57b4-4428-9689-da6fa58220ab.parquet", "rows": 40, "bytes": 3820, "sha256": "07c59a105b895e8b72c52df9a3eb619975c2c07c45794df2db21a88195699263", "maxDate": null, "minDate": null, "maxPropertyId": 101000276, "minPropertyId": 99001416}], "properties": [{"key": "warehouse/properties/all-e6a5bf31-a2a0-4196-aa6e-748552151cda.parquet", "rows": 46, "bytes": 25699, "sha256": "f2bfa448acfe104b3c41cef678a1d9d8237355bee214461259eed45119e136b2", "maxDate": null, "minDate": null, "maxPropertyId": 101000276, "minPropertyId": 99001416}], "match_known": [{"key": "warehouse/match_known/699b2e11-4cfa-4095-b69d-a398e2942563.parquet", "rows": 110, "bytes": 1107, "sha256": "d967fb179111d20e675036ce0666e5c8175492abead43efca7c7e4c0f6089a02", "maxDate": null, "minDate": null, "maxPropertyId": 9007199254740991, "minPropertyId": 0}], "property_days": [{"key": "warehouse/property_days/2026-08-6d2ddf40-3158-427e-ad27-edb17f51f13a.parquet", "rows": 145, "bytes": 26189, "sha256": "1caa95a2c00912559208bcfec9ba8d658efd0306b89b5d39dcb193a58a432f6b", "maxDate": "2026-08-31", "minDate": "2026-08-03", "maxPropertyId": 99005071, "minPropertyId": 99001416}, {"key": "warehouse/property_days/2026-09-8a7923e5-a9b3-482b-aaf6-623f9ecb6f77.parquet", "rows": 165, "bytes": 27466, "sha256": "ca5f8480e7ec9800dacdae0d8ac297fee440129be2cd02aef1854298a982c0f7", "maxDate": "2026-09-30", "minDate": "2026-09-01", "maxPropertyId": 99005099, "minPropertyId": 99001416}, {"key": "warehouse/property_days/2026-10-62af0bee-7d33-4b55-8810-b9356d9b6421.parquet", "rows": 186, "bytes": 30607, "sha256": "bea40bf5c8582b3a770302d34a40551b79eadd5efe689968693252ef67f57fd2", "maxDate": "2026-10-31", "minDate": "2026-10-01", "maxPropertyId": 99005099, "minPropertyId": 99001416}], "floorplan_days": [{"key": "warehouse/floorplan_days/2026-08-fe814a3e-6fee-4754-b148-5bceebebc8f3.parquet", "rows": 812, "bytes": 16922, "sha256": "b27d310c38cdf8b1d42ac380cd687f58b2a5273b1d6093e897a8df05a1cea5d9", "maxDate": "2026-08-31", "minDate": "2026-08-03", "maxPropertyId": 99005071, "minPropertyId": 99001416}, {"key": "warehouse/floorplan_days/2026-09-078193ce-4adc-4da8-9ff4-1447ccbe85fd.parquet", "rows": 915, "bytes": 18840, "sha256": "17999ba59a85bf576571390ed9ff03e05bb8fccac4c905901d079ec790379131", "maxDate": "2026-09-30", "minDate": "2026-09-01", "maxPropertyId": 99005099, "minPropertyId": 99001416}, {"key": "warehouse/floorplan_days/2026-10-3a6dcb75-b7a6-43a2-bc6c-48d82a43dddd.parquet", "rows": 1023, "bytes": 20612, "sha256": "342b71c88fee0c0ec96a5eb60bf840205775dc81dc7cda90f94c6a7aeb642d3f", "maxDate": "2026-10-31", "minDate": "2026-10-01", "maxPropertyId": 99005099, "minPropertyId": 99001416}], "reported_owners": [{"key": "warehouse/reported_owners/all-afe4df9a-d097-453c-8eb5-2b5c54036eec.parquet", "rows": 40, "bytes": 3665, "sha256": "823b49a3b8556a3434990cba29b4cdfb84555da5a5ca4e1777ef348172522548", "maxDate": null, "minDate": null, "maxPropertyId": 101000276, "minPropertyId": 99001416}]}', E'\\x9091b55e6c8633f4042838b6c2f301021a0414080c100c1612041212100e0a081012100c080e18020e1806180a0816080c0e180c0a0e');
insert into deliveries (account_id, id, job_id, url, host, state, tries, tries_before, due_at, claim, created_at, finished_at) overriding system value values
('0543fa28-d815-46d7-bb07-2f81c952883b', '342aa933-0b37-4419-9fc9-e0941a3a1135', '74094de8-9ce2-4c81-9941-d212f3a86cd6', 'http://127.0.0.1:39733/taken', '127.0.0.1', 'delivered', '1', '0', '2026-11-29 15:17:27.884023+00', NULL, '2026-11-29 15:16:57.880827+00', '2026-11-29 15:16:57.894735+00'),
('0543fa28-d815-46d7-bb07-2f81c952883b', '3b214fca-1aa9-4e68-8092-d2c6baa7e8e4', '208b9460-7590-494b-a8ba-22aad21a2879', 'http://127.0.0.1:9/webhook', '127.0.0.1', 'pending', '0', '0', '2026-11-29 15:18:03.502069+00', NULL, '2026-11-29 15:18:03.50207+00', NULL),
('0543fa28-d815-46d7-bb07-2f81c952883b', '9e70a0a8-4370-4ae8-a954-06a6a8e39b26', '3275d73b-978c-428e-82c3-ebbf5625b8b4', 'http://127.0.0.1:39733/refused', '127.0.0.1', 'failed', '2', '0', '2026-11-29 15:17:28.89938+00', NULL, '2026-11-29 15:16:57.734098+00', '2026-11-29 15:16:58.905452+00'),
('0543fa28-d815-46d7-bb07-2f81c952883b', 'b01de265-37a9-43bf-80ba-b2b68e46acb2', NULL, 'http://127.0.0.1:39733/taken', '127.0.0.1', 'delivered', '1', '0', '2026-11-29 15:18:32.866173+00', NULL, '2026-11-29 15:18:02.86192+00', '2026-11-29 15:18:02.882986+00');
insert into delivery_tries (delivery_id, number, at, status, latency_ms, failure, response_head) overriding system value values
('342aa933-0b37-4419-9fc9-e0941a3a1135', '1', '2026-11-29 15:16:57.895294+00', '200', '2', NULL, 'heard'),
('9e70a0a8-4370-4ae8-a954-06a6a8e39b26', '1', '2026-11-29 15:16:57.76437+00', '503', '11', 'The receiver answered 503 instead of a 2xx status.', 'heard'),
('9e70a0a8-4370-4ae8-a954-06a6a8e39b26', '2', '2026-11-29 15:16:58.905849+00', '503', '2', 'The receiver answered 503 instead of a 2xx status.', 'heard'),
('b01de265-37a9-43bf-80ba-b2b68e46acb2', '1', '2026-11-29 15:18:02.883584+00', '200', '2', NULL, 'heard');
insert into highest_property_id (only_row, highest) overriding system value values
('true', '101000276');
insert into idempotency_keys (account_id, key, fingerprint, job_id, accepted_at) overriding system value values
('0543fa28-d815-46d7-bb07-2f81c952883b', '06a4f82a-e42f-4526-980f-a40e2a602918', E'\\x3f24882856d798227121b6a0096f767e8a592a7cdac419680d302106c9def986', '93cdc1fd-3c9f-45ea-aa90-0c06b003a2e7', '2026-11-29 15:16:57.523+00');
insert into job_property_ids (account_id, job_id, property_ids) overriding system value values
('0543fa28-d815-46d7-bb07-2f81c952883b', '0e3ff25c-2738-4ce1-ab95-e9b41c997d97', E'\\x'),
('0543fa28-d815-46d7-bb07-2f81c952883b', '208b9460-7590-494b-a8ba-22aad21a2879', E'\\x9091b55e6c8633'),
('0543fa28-d815-46d7-bb07-2f81c952883b', '256049f8-fe82-4b21-854b-8b8be88e88f0', E'\\x9091b55e6c8633'),
('0543fa28-d815-46d7-bb07-2f81c952883b', '3275d73b-978c-428e-82c3-ebbf5625b8b4', E'\\x9091b55e6c8633'),
('0543fa28-d815-46d7-bb07-2f81c952883b', '5165f844-cdde-4eb9-ab72-7ad0c55fad88', E'\\x9091b55e6c'),
('0543fa28-d815-46d7-bb07-2f81c952883b', '613546c2-4eb0-4a9f-9de2-36cb445cb492', E'\\x'),
('0543fa28-d815-46d7-bb07-2f81c952883b', '74094de8-9ce2-4c81-9941-d212f3a86cd6', E'\\x9091b55e'),
('0543fa28-d815-46d7-bb07-2f81c952883b', '7af434f2-23e9-47c8-a4f3-2252664483ec', E'\\x9091b55e6c8633'),
('0543fa28-d815-46d7-bb07-2f81c952883b', '91c73417-b129-495c-8383-49de2388eec0', E'\\x9091b55e6c8633f40428'),
('0543fa28-d815-46d7-bb07-2f81c952883b', '93cdc1fd-3c9f-45ea-aa90-0c06b003a2e7', E'\\x9091b55e6c8633'),
('0543fa28-d815-46d7-bb07-2f81c952883b', '96fc0d45-a6a8-4f5d-a55d-bc8806031096', E'\\x9091b55e6c'),
('0543fa28-d815-46d7-bb07-2f81c952883b', 'd2b56967-f7e3-4285-8f16-c84778a7cf4f', E'\\x');
insert into jobs (account_id, id, report_type, output_format, start_date, end_date, property_count, callback_url, credential_id, data_version, status, attempt, phase, rows_written, rows_total, failure_code, failure_message, created_at, updated_at, finished_at, expires_at, files_deleted_at, columns, compression, csv_profile, name, started_at, revision, ended_revision, kind, spec, results) overriding system value values
('0543fa28-d815-46d7-bb07-2f81c952883b', '0e3ff25c-2738-4ce1-ab95-e9b41c997d97', NULL, NULL, NULL, NULL, '0', NULL, '05eed551-bc80-47ab-bc00-39efb9ffb61e', '1', 'succeeded', '1', 'done', '2', '2', NULL, NULL, '2026-11-29 15:16:58.623093+00', '2026-11-29 15:16:58.694849+00', '2026-11-29 15:16:58.694849+00', '2026-12-29 15:16:58.693+00', NULL, NULL, 'none', 'standard', NULL, '2026-11-29 15:16:58.634845+00', '1795965418694896', '1795965418694896', 'match', '{"mode": "address", "counts": {"rows": 2, "ragged": 0, "duplicate": 0, "errorDecodingLines": []}, "explain": false, "headers": ["Address1", "City", "State", "Zip"], "mapping": {"address_city": "City", "address_state": "State", "address_line_1": "Address1", "address_postal": "Zip"}, "inputKey": "uploads/0543fa28-d815-46d7-bb07-2f81c952883b/0e3ff25c-2738-4ce1-ab95-e9b41c997d97"}', '[{"key": "results/0543fa28-d815-46d7-bb07-2f81c952883b/0e3ff25c-2738-4ce1-ab95-e9b41c997d97/1/0e3ff25c-2738-4ce1-ab95-e9b41c997d97.csv", "rows": 2, "bytes": 183, "sha256": "5189f17c29c105a235e4793be4a702797170e8a1ce4f15ac8d9b197e5cdf095c", "filename": "0e3ff25c-2738-4ce1-ab95-e9b41c997d97.csv", "contentType": "text/csv; charset=utf-8"}]'),
('0543fa28-d815-46d7-bb07-2f81c952883b', '208b9460-7590-494b-a8ba-22aad21a2879', 'property', 'csv', '2026-10-01', '2026-10-31', '3', 'http://127.0.0.1:9/webhook', '97b3f409-55f6-409f-bef5-f13d4cee2036', '1', 'cancelled', '0', 'queued', '0', NULL, NULL, NULL, '2026-11-29 15:18:03.481489+00', '2026-11-29 15:18:03.49807+00', '2026-11-29 15:18:03.49807+00', NULL, NULL, NULL, 'none', 'standard', 'Cancelled', NULL, '1795965483498789', '1795965483498789', 'report', NULL, NULL),
('0543fa28-d815-46d7-bb07-2f81c952883b', '256049f8-fe82-4b21-854b-8b8be88e88f0', 'property', 'csv', '2026-10-01', '2026-10-31', '3', NULL, '97b3f409-55f6-409f-bef5-f13d4cee2036', '1', 'failed', '3', 'queued', '0', NULL, 'export_failed', 'The export could not be written after 3 attempts', '2026-11-29 15:17:00.278263+00', '2026-11-29 15:17:06.319948+00', '2026-11-29 15:17:06.319948+00', NULL, NULL, NULL, 'none', 'standard', 'Fails', NULL, '1795965426319981', '1795965426319981', 'report', NULL, NULL),
('0543fa28-d815-46d7-bb07-2f81c952883b', '3275d73b-978c-428e-82c3-ebbf5625b8b4', 'units', 'jsonl', '2026-10-01', '2026-10-31', '3', 'http://127.0.0.1:39733/refused', '97b3f409-55f6-409f-bef5-f13d4cee2036', '1', 'succeeded', '1', 'done', '916', '916', NULL, NULL, '2026-11-29 15:16:57.562604+00', '2026-11-29 15:16:57.730535+00', '2026-11-29 15:16:57.730535+00', '2026-12-29 15:16:57.729+00', NULL, '{property_id,unit_name,rent}', 'none', 'standard', NULL, '2026-11-29 15:16:57.713819+00', '1795965417730579', '1795965417730579', 'report', NULL, '[{"key": "results/0543fa28-d815-46d7-bb07-2f81c952883b/3275d73b-978c-428e-82c3-ebbf5625b8b4/1/units_2026-10-01_2026-10-31_3275d73b.jsonl", "rows": 916, "bytes": 53203, "sha256": "1722faed2db9828bc991609780554d4673fb36d85a8ef5da79e4ce4d8cac9db1", "filename": "units_2026-10-01_2026-10-31_3275d73b.jsonl", "contentType": "application/x-ndjson"}]'),
('0543fa28-d815-46d7-bb07-2f81c952883b', '5165f844-cdde-4eb9-ab72-7ad0c55fad88', 'property', 'jsonl', '2026-10-01', '2026-10-31', '2', NULL, '97b3f409-55f6-409f-bef5-f13d4cee2036', '1', 'succeeded', '1', 'done', '62', '62', NULL, NULL, '2026-11-29 15:18:02.753566+00', '2026-11-29 15:18:02.827156+00', '2026-11-29 15:18:02.827156+00', '2026-12-29 15:18:02.825+00', NULL, NULL, 'none', 'standard', 'Has its data', '2026-11-29 15:18:02.786103+00', '1795965482827202', '1795965482827202', 'report', NULL, '[{"key": "results/0543fa28-d815-46d7-bb07-2f81c952883b/5165f844-cdde-4eb9-ab72-7ad0c55fad88/1/property_2026-10-01_2026-10-31_5165f844.jsonl", "rows": 62, "bytes": 156937, "sha256": "4aed1ff6514efe7951562445d8bd06b2e8a1dc650cef0e10527ae972a77c145d", "filename": "property_2026-10-01_2026-10-31_5165f844.jsonl", "contentType": "application/x-ndjson"}]'),
('0543fa28-d815-46d7-bb07-2f81c952883b', '613546c2-4eb0-4a9f-9de2-36cb445cb492', NULL, NULL, NULL, NULL, '0', NULL, '8d0353cd-1a5e-4a68-91df-f1b04e8bc5dc', '1', 'submitted', '0', 'queued', '0', NULL, NULL, NULL, '2026-11-29 15:18:03.526567+00', '2026-11-29 15:18:03.526567+00', NULL, NULL, NULL, NULL, 'none', 'standard', NULL, NULL, '1795965483526606', NULL, 'match', '{"mode": "address", "counts": {"rows": 2, "ragged": 0, "duplicate": 0, "errorDecodingLines": []}, "explain": false, "headers": ["Address1", "City", "State", "Zip"], "mapping": {"address_city": "City", "address_state": "State", "address_line_1": "Address1", "address_postal": "Zip"}, "inputKey": "uploads/0543fa28-d815-46d7-bb07-2f81c952883b/613546c2-4eb0-4a9f-9de2-36cb445cb492"}', NULL),
('0543fa28-d815-46d7-bb07-2f81c952883b', '74094de8-9ce2-4c81-9941-d212f3a86cd6', 'property', 'csv', '2026-10-01', '2026-10-31', '1', 'http://127.0.0.1:39733/taken', '97b3f409-55f6-409f-bef5-f13d4cee2036', '1', 'succeeded', '1', 'done', '31', '31', NULL, NULL, '2026-11-29 15:16:57.601214+00', '2026-11-29 15:16:57.878364+00', '2026-11-29 15:16:57.878364+00', '2026-12-29 15:16:57.877+00', NULL, NULL, 'gzip', 'excel', NULL, '2026-11-29 15:16:57.828484+00', '1795965417878451', '1795965417878451', 'report', NULL, '[{"key": "results/0543fa28-d815-46d7-bb07-2f81c952883b/74094de8-9ce2-4c81-9941-d212f3a86cd6/1/property_2026-10-01_2026-10-31_74094de8.csv.gz", "rows": 31, "bytes": 2649, "sha256": "9bf68491eb41c98cc1f3c5c2b781bb0c8f267659387789f3749836deada3b992", "filename": "property_2026-10-01_2026-10-31_74094de8.csv.gz", "contentType": "application/gzip"}]'),
('0543fa28-d815-46d7-bb07-2f81c952883b', '7af434f2-23e9-47c8-a4f3-2252664483ec', 'property', 'csv', '2026-10-01', '2026-10-31', '3', NULL, '97b3f409-55f6-409f-bef5-f13d4cee2036', '1', 'submitted', '0', 'queued', '0', NULL, NULL, NULL, '2026-11-29 15:18:03.510288+00', '2026-11-29 15:18:03.510288+00', NULL, NULL, NULL, NULL, 'none', 'standard', 'Waits for a worker', NULL, '1795965483510355', NULL, 'report', NULL, NULL),
('0543fa28-d815-46d7-bb07-2f81c952883b', '91c73417-b129-495c-8383-49de2388eec0', NULL, NULL, NULL, NULL, '5', NULL, '05eed551-bc80-47ab-bc00-39efb9ffb61e', '1', 'succeeded', '1', 'done', '5', '5', NULL, NULL, '2026-11-29 15:16:58.292713+00', '2026-11-29 15:16:58.405371+00', '2026-11-29 15:16:58.405371+00', '2026-12-29 15:16:58.404+00', NULL, NULL, 'none', 'standard', NULL, '2026-11-29 15:16:58.311856+00', '1795965418405414', '1795965418405414', 'property-details', '{"counts": {"unknown": 1, "duplicate": 0, "requested": 6, "notUpdated": 0}, "updated": null, "fileSizes": [5], "filterPii": false, "detailTypes": ["basic", "ownership", "sales", "taxes"]}', '[{"key": "results/0543fa28-d815-46d7-bb07-2f81c952883b/91c73417-b129-495c-8383-49de2388eec0/1/91c73417-b129-495c-8383-49de2388eec0_0.ndjson", "rows": 5, "bytes": 19124, "sha256": "80f2060c804f7fc27bdadabf49f374bd691cad9e897071520fb0f4f382c6df0f", "filename": "91c73417-b129-495c-8383-49de2388eec0_0.ndjson", "contentType": "application/x-ndjson"}]'),
('0543fa28-d815-46d7-bb07-2f81c952883b', '93cdc1fd-3c9f-45ea-aa90-0c06b003a2e7', 'property', 'csv', '2026-10-01', '2026-10-31', '3', NULL, '97b3f409-55f6-409f-bef5-f13d4cee2036', '1', 'succeeded', '1', 'done', '93', '93', NULL, NULL, '2026-11-29 15:16:57.52524+00', '2026-11-29 15:16:57.685636+00', '2026-11-29 15:16:57.685636+00', '2026-12-29 15:16:57.683+00', NULL, NULL, 'none', 'standard', 'Every column', '2026-11-29 15:16:57.621448+00', '1795965417685691', '1795965417685691', 'report', NULL, '[{"key": "results/0543fa28-d815-46d7-bb07-2f81c952883b/93cdc1fd-3c9f-45ea-aa90-0c06b003a2e7/1/property_2026-10-01_2026-10-31_93cdc1fd.csv", "rows": 93, "bytes": 71804, "sha256": "8a33db38f1b292a48e08df7d7c686a65d295348ae027289f2d8ff3ea79b2c316", "filename": "property_2026-10-01_2026-10-31_93cdc1fd.csv", "contentType": "text/csv; charset=utf-8"}]'),
('0543fa28-d815-46d7-bb07-2f81c952883b', '96fc0d45-a6a8-4f5d-a55d-bc8806031096', 'floorplans', 'parquet', '2026-10-01', '2026-10-31', '2', NULL, '97b3f409-55f6-409f-bef5-f13d4cee2036', '1', 'succeeded', '1', 'done', '341', '341', NULL, NULL, '2026-11-29 15:16:57.58804+00', '2026-11-29 15:16:57.803358+00', '2026-11-29 15:16:57.803358+00', '2026-12-29 15:16:57.8+00', NULL, NULL, 'none', 'standard', NULL, '2026-11-29 15:16:57.765592+00', '1795965417803398', '1795965417803398', 'report', NULL, '[{"key": "results/0543fa28-d815-46d7-bb07-2f81c952883b/96fc0d45-a6a8-4f5d-a55d-bc8806031096/1/floorplans_2026-10-01_2026-10-31_96fc0d45.parquet", "rows": 341, "bytes": 17062, "sha256": "b81373897a836c885a06e7d3edf17167aeece7b830dd9a35f4218d8199b00c43", "filename": "floorplans_2026-10-01_2026-10-31_96fc0d45.parquet", "contentType": "application/vnd.apache.parquet"}]'),
('0543fa28-d815-46d7-bb07-2f81c952883b', 'd2b56967-f7e3-4285-8f16-c84778a7cf4f', NULL, NULL, NULL, NULL, '0', NULL, '05eed551-bc80-47ab-bc00-39efb9ffb61e', '1', 'succeeded', '1', 'done', '46', '46', NULL, NULL, '2026-11-29 15:16:59.947147+00', '2026-11-29 15:17:00.00122+00', '2026-11-29 15:17:00.001221+00', '2026-12-29 15:17:00+00', NULL, NULL, 'none', 'standard', NULL, '2026-11-29 15:16:59.988375+00', '1795965420001255', '1795965420001255', 'search', '{"settings": {"year_built": {"min": 1900}}}', '[{"key": "results/0543fa28-d815-46d7-bb07-2f81c952883b/d2b56967-f7e3-4285-8f16-c84778a7cf4f/1/d2b56967-f7e3-4285-8f16-c84778a7cf4f.ndjson", "rows": 46, "bytes": 12480, "sha256": "b9530360658e4f59d43914463a2f93b8d61a4330ba49625e0988d5530f3e9f8d", "filename": "d2b56967-f7e3-4285-8f16-c84778a7cf4f.ndjson", "contentType": "application/x-ndjson"}]');
insert into kept_versions (version, until) overriding system value values
('1', '2026-11-30 15:16:57.932281+00');
insert into quota_blocks (account_id, month, block, counted, kept) overriding system value values
('0543fa28-d815-46d7-bb07-2f81c952883b', '2026-11-01', '1510', E'\\x48a47ea441b17bb28fb2', E'\\x48a47ea441b17bb28fb2');
insert into quota_held (account_id, month, block, job_id, members) overriding system value values
('0543fa28-d815-46d7-bb07-2f81c952883b', '2026-11-01', '1510', '7af434f2-23e9-47c8-a4f3-2252664483ec', E'\\x48a47ea441b1');
insert into quota_months (account_id, month, usage) overriding system value values
('0543fa28-d815-46d7-bb07-2f81c952883b', '2026-11-01', '5');
insert into rate_windows (credential_id, window_number, taken, granted, door) overriding system value values
('05eed551-bc80-47ab-bc00-39efb9ffb61e', '1795965484', '2', '1', 'reonomy'),
('3ae357d9-40fa-4f32-840e-602b18c12697', '29932758', '1200', '1200', 'apartmentiq'),
('8d0353cd-1a5e-4a68-91df-f1b04e8bc5dc', '1795965484', '1', '1', 'reonomy'),
('8dad0ba8-fd4f-40b4-9760-6c4cdc677191', '29932758', '1200', '1200', 'apartmentiq'),
('97b3f409-55f6-409f-bef5-f13d4cee2036', '29932758', '2400', '1200', 'apartmentiq');
insert into schedule_runs (account_id, schedule_id, planned_at, start_date, end_date, state, deadline_at, check_at, job_id, data_complete, reason_code, reason) overriding system value values
('0543fa28-d815-46d7-bb07-2f81c952883b', '024c99c0-7f90-4dc2-8993-75dd43c5bc92', '2026-11-29 15:18:00+00', '2026-11-28', '2026-11-28', 'waiting', '2026-12-01 15:18:02.728+00', '2026-11-29 15:19:02.728+00', NULL, NULL, 'data_incomplete', 'Waits until the data reaches 2026-11-28'),
('0543fa28-d815-46d7-bb07-2f81c952883b', '115042b9-054b-4c25-88c1-513bd1455ddc', '2026-11-29 15:18:00+00', '2026-10-01', '2026-10-31', 'submitted', '2026-12-01 15:18:02.728+00', NULL, '5165f844-cdde-4eb9-ab72-7ad0c55fad88', 'true', NULL, NULL),
('0543fa28-d815-46d7-bb07-2f81c952883b', '6d73f313-7682-4c83-8d28-4b4876c3122c', '2026-11-29 15:18:00+00', '2026-11-28', '2026-11-28', 'skipped', '2026-11-29 15:18:02.728+00', NULL, NULL, NULL, 'data_incomplete', 'The data did not reach 2026-11-28 by the deadline');
insert into schedules (account_id, id, frequency, day_of_month, weekday, local_time, time_zone, range, range_days, deadline_hours, on_incomplete, report_type, output_format, columns, compression, csv_profile, name, callback_url, property_ids, property_count, credential_id, state, next_at, created_at, updated_at) overriding system value values
('0543fa28-d815-46d7-bb07-2f81c952883b', '024c99c0-7f90-4dc2-8993-75dd43c5bc92', 'daily', NULL, NULL, '15:18', 'UTC', 'yesterday', NULL, '48', 'run', 'property', 'jsonl', NULL, 'none', 'standard', 'Waits', NULL, E'\\x9091b55e6c', '2', '97b3f409-55f6-409f-bef5-f13d4cee2036', 'active', '2026-11-30 15:18:00+00', '2026-11-29 15:17:06.42371+00', '2026-11-29 15:17:06.42371+00'),
('0543fa28-d815-46d7-bb07-2f81c952883b', '115042b9-054b-4c25-88c1-513bd1455ddc', 'daily', NULL, NULL, '15:18', 'UTC', 'previous_month', NULL, '48', 'run', 'property', 'jsonl', NULL, 'none', 'standard', 'Has its data', NULL, E'\\x9091b55e6c', '2', '97b3f409-55f6-409f-bef5-f13d4cee2036', 'active', '2026-11-30 15:18:00+00', '2026-11-29 15:17:06.407488+00', '2026-11-29 15:17:06.407488+00'),
('0543fa28-d815-46d7-bb07-2f81c952883b', '5a126f96-ba67-4cba-b6ad-d86e07b42e5f', 'monthly', '1', NULL, '06:00', 'America/New_York', 'trailing_n_days', '31', '48', 'run', 'property', 'jsonl', NULL, 'none', 'standard', 'Months to come', NULL, E'\\x9091b55e6c', '2', '97b3f409-55f6-409f-bef5-f13d4cee2036', 'active', '2026-12-01 11:00:00+00', '2026-11-29 15:17:06.432547+00', '2026-11-29 15:17:06.432547+00'),
('0543fa28-d815-46d7-bb07-2f81c952883b', '6d73f313-7682-4c83-8d28-4b4876c3122c', 'daily', NULL, NULL, '15:18', 'UTC', 'yesterday', NULL, '0', 'skip', 'property', 'jsonl', NULL, 'none', 'standard', 'Is skipped', NULL, E'\\x9091b55e6c', '2', '97b3f409-55f6-409f-bef5-f13d4cee2036', 'active', '2026-11-30 15:18:00+00', '2026-11-29 15:17:06.417418+00', '2026-11-29 15:17:06.417418+00'),
('0543fa28-d815-46d7-bb07-2f81c952883b', 'f3f13a94-1c5c-4006-9d3f-311f03e3048b', 'weekly', NULL, 'monday', '05:30', 'UTC', 'previous_week', NULL, '48', 'run', 'property', 'jsonl', NULL, 'none', 'standard', NULL, NULL, E'\\x9091b55e6c', '2', '97b3f409-55f6-409f-bef5-f13d4cee2036', 'paused', NULL, '2026-11-29 15:17:06.438547+00', '2026-11-29 15:17:06.442559+00');
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
('11', 'run-job', '0543fa28-d815-46d7-bb07-2f81c952883b', '7af434f2-23e9-47c8-a4f3-2252664483ec', '0', '2026-11-29 15:18:03.513284+00', NULL, NULL),
('12', 'run-job', '0543fa28-d815-46d7-bb07-2f81c952883b', '613546c2-4eb0-4a9f-9de2-36cb445cb492', '0', '2026-11-29 15:18:03.52778+00', NULL, NULL);
select setval(pg_get_serial_sequence('tasks', 'id'), 12, true);
insert into webhook_secrets (id, account_id, sealed, created_at, expires_at) overriding system value values
('1', '0543fa28-d815-46d7-bb07-2f81c952883b', E'\\x01e18834b146af94b3a3b610a14b7a4a7609bb743e4e9b7be1b7917774d63f5d8df38899f42fa838766b9533b817528d76341ea7f12148281fc56cffd2829356d005f0b15cc873bf6511d8f905c1fd', '2026-11-29 15:16:57.747978+00', '2026-11-30 15:18:02.857556+00'),
('2', '0543fa28-d815-46d7-bb07-2f81c952883b', E'\\x012637f3293c59d19529c42f97499505ade50d8789f6e4f89bcee4432053a07e65f152343564c556d0e85f44200b9a5177d123f22cf1bcc2af09c1f8b9b5c2f020c3067c8ed875f7a2e9b859a1599e', '2026-11-29 15:18:02.857887+00', NULL);
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
CREATE TRIGGER rate_door_by_contract BEFORE INSERT ON public.rate_windows FOR EACH ROW WHEN ((new.door = ANY (ARRAY['bulk'::text, 'batch'::text]))) EXECUTE FUNCTION rate_door_by_contract();
