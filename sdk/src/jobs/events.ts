/** Server-sent events, resumed where a connection broke. */
import { ApiError } from '../contract/errors.ts';
import type { ReportJobEvent } from '../contract/types.ts';
import { isRecord, type OpenBody } from '../transport/exchange.ts';
import { backoffMs, isTransient, OUTAGE_MS, sleep } from '../transport/retry.ts';

export interface FollowOptions {
  /** Stops following with its reason; jobs continue. */
  readonly signal?: AbortSignal | undefined;
  /** Called whenever a connection is open: what happens from here on is told. What was read before may be older than the first event. */
  readonly onOpen?: () => void;
  /** Called when a connection broke and another one is tried. */
  readonly onReconnect?: (error: unknown) => void;
}

export type OpenEvents = (lastEventId: string | null, signal: AbortSignal | undefined) => Promise<OpenBody>;

const NO_CONTENT = 204;

/** Yields each event once; returns when `isLast` says so, or when the server says that there are no more. */
export async function* followEvents(
  open: OpenEvents,
  isLast: (job: ReportJobEvent) => boolean,
  { signal, onOpen, onReconnect }: FollowOptions,
): AsyncGenerator<ReportJobEvent, void, undefined> {
  let lastEventId: string | null = null;
  let heardAt = Date.now();
  for (let failures = 0; ; failures += 1) {
    let reason: unknown = null;
    try {
      const { response, body } = await open(lastEventId, signal);
      if (response.status === NO_CONTENT) return;
      onOpen?.();
      for await (const { id, data } of parseEvents(body)) {
        heardAt = Date.now();
        failures = 0;
        const job = parseJob(data);
        if (id !== null) lastEventId = id;
        if (job === null) continue;
        yield job;
        if (isLast(job)) return;
      }
    } catch (error) {
      if (!isTransient(error) || Date.now() - heardAt > OUTAGE_MS) throw error;
      reason = error;
    }
    onReconnect?.(reason);
    const asked = reason instanceof ApiError ? (reason.retryAfterSeconds ?? 0) * 1_000 : 0;
    await sleep(Math.max(asked, backoffMs(failures + 1)), signal);
  }
}

interface ServerSentEvent {
  readonly id: string | null;
  readonly data: string;
}

/** Reads the event-stream format of the HTML standard, as far as a server like ours writes it. Heartbeats come as events without data. */
async function* parseEvents(body: ReadableStream<Uint8Array>): AsyncGenerator<ServerSentEvent, void, undefined> {
  const reader = body.getReader();
  const decoder = new TextDecoder();
  let rest = '';
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      rest += decoder.decode(value, { stream: true });
      const blocks = rest.split(/\r?\n\r?\n/);
      rest = blocks.pop() ?? '';
      for (const block of blocks) yield parseBlock(block);
    }
  } finally {
    await reader.cancel();
  }
}

function parseBlock(block: string): ServerSentEvent {
  let id: string | null = null;
  const data: string[] = [];
  for (const line of block.split(/\r?\n/)) {
    const colon = line.indexOf(':');
    const field = colon < 0 ? line : line.slice(0, colon);
    const value = colon < 0 ? '' : line.slice(colon + 1).replace(/^ /, '');
    if (field === 'id') id = value;
    else if (field === 'data') data.push(value);
  }
  return { id, data: data.join('\n') };
}

function parseJob(data: string): ReportJobEvent | null {
  if (data === '') return null;
  const job: unknown = JSON.parse(data);
  return isReportJobEvent(job) ? job : null;
}

function isReportJobEvent(value: unknown): value is ReportJobEvent {
  return isRecord(value) && typeof value['job_id'] === 'string' && typeof value['status'] === 'string';
}
