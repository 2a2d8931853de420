import { type RawBuilder, sql } from 'kysely';
import type { RetentionStore } from '../../core/ports/database/retention.ts';
import type { Connection } from '../tables/schema.ts';

/**
 * The rows are chosen in a part of its own, which is carried out once: as a subquery of a join it might be carried out again for each row,
 * and choose more than it may. Several workers may sweep at a time: each skips what another is about to delete.
 */
export class PostgresRetention implements RetentionStore {
  readonly #connection: Connection;

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  async #delete(statement: RawBuilder<unknown>): Promise<number> {
    const { numAffectedRows = 0n } = await statement.execute(this.#connection);
    return Number(numAffectedRows);
  }

  deleteJobs({ endedBefore, monthStart }: { endedBefore: Date; monthStart: Date }, limit: number): Promise<number> {
    return this.#delete(sql`
      with old as materialized (
        select account_id, id from jobs
        where finished_at < ${endedBefore} and created_at < ${monthStart}
          and (status <> 'succeeded' or files_deleted_at is not null)
        order by finished_at limit ${limit} for update skip locked
      )
      delete from jobs using old where jobs.account_id = old.account_id and jobs.id = old.id`);
  }

  deleteRuns(plannedBefore: Date, limit: number): Promise<number> {
    return this.#delete(sql`
      with old as materialized (
        select account_id, schedule_id, planned_at from schedule_runs
        where planned_at < ${plannedBefore} and state in ('skipped', 'failed')
        order by planned_at limit ${limit} for update skip locked
      )
      delete from schedule_runs run using old
      where run.account_id = old.account_id and run.schedule_id = old.schedule_id and run.planned_at = old.planned_at`);
  }

  deleteUnsentTests(createdBefore: Date, limit: number): Promise<number> {
    return this.#delete(sql`
      with old as materialized (
        select id from deliveries
        where job_id is null and state = 'pending' and created_at < ${createdBefore}
        order by created_at limit ${limit} for update skip locked
      )
      delete from deliveries using old where deliveries.id = old.id`);
  }

  deleteRateWindows(revokedBefore: Date, limit: number): Promise<number> {
    return this.#delete(sql`
      with old as materialized (
        select credential_id, door from rate_windows join credentials on credentials.id = credential_id
        where revoked_at < ${revokedBefore} limit ${limit}
      )
      delete from rate_windows counted using old
      where counted.credential_id = old.credential_id and counted.door = old.door`);
  }

  deleteWebhookSecrets(expiredBefore: Date, limit: number): Promise<number> {
    return this.#delete(sql`
      with old as materialized (
        select id from webhook_secrets where expires_at < ${expiredBefore} order by id limit ${limit}
      )
      delete from webhook_secrets using old where webhook_secrets.id = old.id`);
  }

  deleteKeptVersions(expiredBefore: Date, limit: number): Promise<number> {
    return this.#delete(sql`
      with old as materialized (
        select version from kept_versions where until < ${expiredBefore}
        order by version limit ${limit} for update skip locked
      )
      delete from kept_versions using old where kept_versions.version = old.version`);
  }

  deleteSessions(expiredBefore: Date, limit: number): Promise<number> {
    return this.#delete(sql`
      with old as materialized (
        select id from sessions where expires_at < ${expiredBefore}
        order by expires_at limit ${limit} for update skip locked
      )
      delete from sessions using old where sessions.id = old.id`);
  }

  deleteInvitations(expiredBefore: Date, limit: number): Promise<number> {
    return this.#delete(sql`
      with old as materialized (
        select id from invitations where expires_at < ${expiredBefore}
        order by expires_at limit ${limit} for update skip locked
      )
      delete from invitations using old where invitations.id = old.id`);
  }
}
