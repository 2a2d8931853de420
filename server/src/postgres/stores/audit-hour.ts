/** Entries of hourly events: which of them say the same, and how many different ones there may be. */
import { MOST_AN_HOUR, type NewAuditEntry, withoutDetails } from '../../core/audit.ts';
import { HOST, networkOf } from '../../core/logins/network.ts';
import { MS_PER_HOUR } from '../../core/time.ts';

/** Some 300 bytes each. Beyond it all are forgotten, and some have a second thousand in their hour. */
const MOST_REMEMBERED = 50_000;

/** The same for entries that say the same. An IPv6 customer has more addresses than a disk has room for. */
export function sameness({ event, accountId, credentialId, jobId, address, subject }: NewAuditEntry): string {
  return JSON.stringify([
    event,
    accountId,
    credentialId,
    jobId,
    address === null ? null : networkOf(address, HOST),
    subject,
  ]);
}

/** What this process has written in the hour. */
export class HourOfEntries {
  readonly #said = new Map<string, Set<string>>();
  /** Stored by this process: not even asked for again. */
  readonly #stored = new Set<string>();
  #hour = 0;
  #remembered = 0;

  /** The entry; without its details where there were too many different ones. */
  thinned(entry: NewAuditEntry, now = Date.now()): NewAuditEntry {
    this.#turn(now);
    const { event, accountId, credentialId, jobId } = entry;
    const whose = [event, accountId, credentialId ?? jobId].join();
    const said = this.#said.get(whose) ?? new Set();
    this.#said.set(whose, said);
    const text = sameness(entry);
    if (said.has(text)) return entry;
    if (said.size >= MOST_AN_HOUR) return withoutDetails(entry);
    said.add(text);
    this.#remembered += 1;
    return entry;
  }

  isStored(entry: NewAuditEntry, now = Date.now()): boolean {
    this.#turn(now);
    return this.#stored.has(sameness(entry));
  }

  stored(entry: NewAuditEntry): void {
    this.#stored.add(sameness(entry));
  }

  #turn(now: number): void {
    const hour = Math.floor(now / MS_PER_HOUR);
    if (hour === this.#hour && Math.max(this.#remembered, this.#stored.size) < MOST_REMEMBERED) return;
    this.#said.clear();
    this.#stored.clear();
    this.#remembered = 0;
    this.#hour = hour;
  }
}
