/** Exports on a calendar. */

import type { Schedule, SchedulePage, ScheduleRequest, ScheduleRunPage, ScheduleSummary } from './contract/types.ts';
import type { CallOptions, PageOptions } from './transport/call-options.ts';
import { type Answer, isRecord, unexpectedAnswer } from './transport/exchange.ts';
import type { Transport } from './transport/transport.ts';

const PATH = '/bulk_api/schedules';

/** The account's recurring exports. */
export class Schedules {
  readonly #transport: Transport;

  constructor(transport: Transport) {
    this.#transport = transport;
  }

  /**
   * Creates a schedule. It is sent again only if the server has certainly not accepted it: if the answer is lost, it throws
   * `NetworkError`, and `list` shows whether the schedule exists.
   */
  async create(request: ScheduleRequest, { signal }: CallOptions = {}): Promise<Schedule> {
    const call = { method: 'POST', path: PATH, body: request, repeatable: false, signal } as const;
    return readSchedule(await this.#transport.send(call));
  }

  async get(scheduleId: string, { signal }: CallOptions = {}): Promise<Schedule> {
    const path = pathOf(scheduleId);
    return readSchedule(await this.#transport.send({ method: 'GET', path, repeatable: true, signal }));
  }

  /** One page of the account's schedules, newest first, without their property ids. */
  async list({ page, perPage, signal }: PageOptions = {}): Promise<SchedulePage> {
    const query = { page, per_page: perPage };
    const answer = await this.#transport.send({ method: 'GET', path: PATH, query, repeatable: true, signal });
    if (!isSchedulePage(answer.body)) throw unexpectedAnswer(answer, 'no list of schedules in the answer');
    return answer.body;
  }

  /** Makes no more jobs and skips waiting runs. Pausing twice is fine. */
  async pause(scheduleId: string, { signal }: CallOptions = {}): Promise<Schedule> {
    const path = `${pathOf(scheduleId)}/pause`;
    return readSchedule(await this.#transport.send({ method: 'POST', path, repeatable: true, signal }));
  }

  /** Continues with the next planned instant; from now on the jobs belong to the credential that resumes it. Resuming twice is fine. */
  async resume(scheduleId: string, { signal }: CallOptions = {}): Promise<Schedule> {
    const path = `${pathOf(scheduleId)}/resume`;
    return readSchedule(await this.#transport.send({ method: 'POST', path, repeatable: true, signal }));
  }

  /** Removes the schedule with its runs and returns it; its jobs stay. */
  async delete(scheduleId: string, { signal }: CallOptions = {}): Promise<ScheduleSummary> {
    const path = pathOf(scheduleId);
    const answer = await this.#transport.send({ method: 'DELETE', path, repeatable: false, signal });
    if (!isSummary(answer.body)) throw unexpectedAnswer(answer, 'no schedule in the answer');
    return answer.body;
  }

  /** One page of what became of each planned instant, latest first. */
  async runs(scheduleId: string, { page, perPage, signal }: PageOptions = {}): Promise<ScheduleRunPage> {
    const path = `${pathOf(scheduleId)}/runs`;
    const query = { page, per_page: perPage };
    const answer = await this.#transport.send({ method: 'GET', path, query, repeatable: true, signal });
    if (!isRunPage(answer.body)) throw unexpectedAnswer(answer, 'no list of runs in the answer');
    return answer.body;
  }
}

function pathOf(scheduleId: string): string {
  return `${PATH}/${encodeURIComponent(scheduleId)}`;
}

function readSchedule(answer: Answer): Schedule {
  if (!isSchedule(answer.body)) throw unexpectedAnswer(answer, 'no schedule in the answer');
  return answer.body;
}

function isSummary(body: unknown): body is ScheduleSummary {
  return isRecord(body) && typeof body['schedule_id'] === 'string' && typeof body['state'] === 'string';
}

function isSchedule(body: unknown): body is Schedule {
  return isSummary(body) && 'property_ids' in body && Array.isArray(body.property_ids);
}

function isSchedulePage(body: unknown): body is SchedulePage {
  return isRecord(body) && Array.isArray(body['schedules']) && isRecord(body['pagination']);
}

function isRunPage(body: unknown): body is ScheduleRunPage {
  return isRecord(body) && Array.isArray(body['runs']) && isRecord(body['pagination']);
}
