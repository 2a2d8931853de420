/**
 * Guards whose absence the figures of the suite do not show, or not on every machine, each with how to take it away and with the test of
 * its own that must then be red: `npm run test:hostile -- --removals`.
 */

import { type Removal, removal } from './removal.ts';
import { KEPT_REMOVALS } from './removals-kept.ts';
import { TRUST_REMOVALS } from './removals-trust.ts';

const SFTP_TEST = 'sftp/sessions.test.ts';
const EVENTS_TEST = 'http/events.test.ts';
const FOLLOW = 'jobs/follow.ts';
const LINKS_TEST = 'http/link-limits.test.ts';
const LINKS = 'http/requests/link-limits.ts';
const SHARES_TEST = 'postgres/shares.test.ts';
const ENGINE_TEST = 'contract/engine.test.ts';
const PLACES_TEST = 'sftp/places.test.ts';
const PLACES = 'sftp/places.ts';

export const REMOVALS: Readonly<Record<string, Removal>> = {
  'form-headers': removal(
    'all headers of a form have one budget',
    'intake/forms-illegal.test.ts',
    'intake/multipart/form-reader.ts',
    ['this.#headerBytes + length <= MAX_FORM_HEADER_BYTES', 'true'],
  ),
  'upload-span': removal(
    'the least rate of a body is that of the last seconds, not an average since it began',
    'http/upload-rate.test.ts',
    'http/server/upload-rate.ts',
    ['while ((this.#marks[1]?.atMs ?? now) <= now - graceMs) this.#marks.shift();', ''],
  ),
  'body-bytes': removal(
    'the bytes of bodies under way have a share for each account',
    'http/body-budget.test.ts',
    'http/bodies/body-budget.ts',
    ['if (announced !== null && isReadable) lease.grow(announced);', ''],
    'bodies under way',
  ),
  'body-pieces': removal(
    'a body that announces no length is counted as it comes',
    'http/body-budget.test.ts',
    'http/bodies/body-budget.ts',
    ['this.#lease?.grow(BLOCK_BYTES);', ''],
  ),
  'scope-first': removal(
    'what a caller may not do is refused before its body is read',
    'http/body-budget.test.ts',
    'http/server/routes.ts',
    ['if (permission !== null) requirePermission(caller, permission);', ''],
    'is not waited for if its sender may not do it',
  ),
  'sftp-directories': removal(
    'a session has two directories open',
    SFTP_TEST,
    'sftp/session.ts',
    ['if (open < most) return;', 'if (open < most || !isFile) return;'],
    'of open directories',
  ),
  'sftp-cursor': removal(
    'an open directory keeps its place in the list, and not the list',
    SFTP_TEST,
    'jobs/results/result-tree.ts',
    ['const JOBS_AT_ONCE = 25;', 'const JOBS_AT_ONCE = 10_000;'],
    'of what a directory holds',
  ),
  'sftp-packets': removal('a packet is no longer than 256 KiB', 'sftp/packets.test.ts', 'sftp/packets.ts', [
    'length > MOST_PACKET_BYTES',
    'false',
  ]),
  'sftp-requests': removal(
    'a client that sends without end and takes no answer is cut off',
    SFTP_TEST,
    'sftp/channel.ts',
    ['if (channel.readableLength > MOST_WAITING_BYTES) socket.destroy();', ''],
    'is cut off before its requests pile up',
  ),
  'sftp-banner': removal(
    'a client that does not say its first line within five seconds is cut off',
    SFTP_TEST,
    'sftp/connection.ts',
    ['Math.min(bannerMs, loginMs)', 'loginMs'],
    'that does not greet',
  ),
  'sftp-sites': removal(
    'connections that have not logged in are counted by site, not by address',
    PLACES_TEST,
    PLACES,
    ['networkOf(address, SITE)', 'address'],
  ),
  'sftp-early-drop': removal('when the door is nearly full, a site has half of its share', PLACES_TEST, PLACES, [
    'if (this.#isEnough(site)) return null;',
    '',
  ]),
  'sftp-room': removal(
    'at a full door the site with most connections makes room for one with fewer',
    PLACES_TEST,
    PLACES,
    ['if (!this.#strangers.hasRoom) this.#makeRoom(site);', ''],
  ),
  'sftp-sessions': removal('an account has fifty sessions', PLACES_TEST, PLACES, [
    'return entered(this.#sessions, accountId);',
    'return () => undefined;',
  ]),
  'streams-of-credential': removal(
    'a credential has twenty event streams',
    EVENTS_TEST,
    FOLLOW,
    ['streams(MOST_OF_CREDENTIAL, eventStreams)', 'streams(eventStreams, eventStreams)'],
    'twenty of a credential',
  ),
  'streams-of-account': removal(
    'an account has a hundred event streams',
    EVENTS_TEST,
    FOLLOW,
    ['streams(MOST_OF_ACCOUNT, eventStreams)', 'streams(eventStreams, eventStreams)'],
    'a hundred of an account',
  ),
  'streams-of-all': removal(
    'there are so many event streams in all',
    EVENTS_TEST,
    FOLLOW,
    ['const { eventStreams } = deps.policy;', 'const eventStreams = Number.MAX_SAFE_INTEGER;'],
    'as many of all',
  ),
  connections: removal(
    'there are so many connections, and an address has half of them',
    'http/connections.test.ts',
    'http/requests/connections.ts',
    ['refuse(error, socket);', ''],
  ),
  'webhook-schedule': removal(
    'a large webhook is tried less often',
    'core/webhook-message-size.test.ts',
    'core/webhooks/message-size.ts',
    ['if (schedule.length <= most) return schedule;', 'if (schedule.length > 0) return schedule;'],
  ),
  'webhook-bytes': removal(
    'the bytes of webhooks in flight have a share for each account',
    'jobs/deliver.test.ts',
    'jobs/webhooks/deliver.ts',
    ['return inFlight.enter(accountId, bytes);', 'return () => undefined;'],
  ),
  'webhook-lanes': removal(
    'whose webhook is next is found without a look at all that is pending',
    'postgres/due-delivery.test.ts',
    'postgres/stores/due-delivery.ts',
    [
      'from delivery_accounts whole\n',
      'from (select account_id, min(due_at) as due_at from delivery_lanes group by account_id) whole\n',
    ],
  ),
  redelivery: removal(
    'what an account has sent again comes to so many bytes an hour',
    'jobs/send-again.test.ts',
    'jobs/webhooks/deliveries.ts',
    ['if (remaining >= units && ', 'if (true || '],
  ),
  'look-ups': removal(
    'two look-ups of an account are worked on, and twenty wait',
    ENGINE_TEST,
    'duckdb/parent/look-ups.ts',
    ['return this.#works[size].run(accountId, null, work);', 'return work();'],
    'beyond two at work',
  ),
  'look-up-children': removal(
    'the children that look up are taken in turns by accounts',
    ENGINE_TEST,
    'duckdb/parent/look-ups.ts',
    ['return this.#children[size].run(accountId, null, ask);', 'return ask();'],
    'look-up',
  ),
  'look-up-clock': {
    guard: 'a look-up has all of its time from when it begins',
    test: ENGINE_TEST,
    only: 'has all of its time',
    changes: [
      {
        file: 'duckdb/parent/engine.ts',
        from: 'work((program, limit) =>',
        to: 'work((program, limit, late = AbortSignal.timeout(limit.ms)) =>',
      },
      { file: 'duckdb/parent/engine.ts', from: 'files }, NEVER, (perform)', to: 'files }, late, (perform)' },
    ],
  },
  'time-outs': removal(
    'a time-out is told as one, to be tried again, whatever the work stopped with',
    'core/time-limit.test.ts',
    'core/turns/time-limit.ts',
    ['if (!signal.aborted) throw cause;', 'throw cause;'],
  ),
  'compared-names': removal(
    'a word is compared with a thousand known ones, and no more',
    'core/nearest.test.ts',
    'core/input/nearest.ts',
    ['if (compared++ === MOST_COMPARED) break;', ''],
    'in the number of candidates',
  ),
  uploads: removal('an access key has one upload on its way', 'jobs/uploads.test.ts', 'jobs/create/uploads.ts', [
    'return this.#uploads.enter(credentialId);',
    'return () => undefined;',
  ]),
  'upload-room': removal(
    'there must be room for what an upload announces, before it is read',
    'jobs/uploads.test.ts',
    'jobs/create/uploads.ts',
    ['await requireRoom(this.#deps, this.#bytes.counts.used);', ''],
  ),
  'pool-shares': removal(
    'log-ins, limits, leases and readiness have connections of their own',
    SHARES_TEST,
    'postgres/database.ts',
    ['[open(pools[0], options), open(pools[1], options)]', '[open(pools[0], options), open(pools[0], options)]'],
    'have theirs',
  ),
  'statement-timeout': removal(
    'no statement takes longer than its pool allows',
    SHARES_TEST,
    'postgres/connection/pool.ts',
    ['...(statementMs !== null && { statement_timeout: statementMs }),', ''],
    'that takes longer',
  ),
  creates: removal(
    'requests to make something take turns before they take a connection',
    SHARES_TEST,
    'postgres/database.ts',
    ['creates.run(accountId, null, work)', 'work()'],
    'take turns',
  ),
  readiness: removal(
    'readiness is looked at once a second, whoever asks',
    'http/readiness.test.ts',
    'http/service/readiness.ts',
    ['if (seen !== undefined && now < seen.until) return seen.readiness;', ''],
  ),
  'wrong-secrets': removal(
    'a wrong secret that must wait costs no look-up',
    'security/http-login.test.ts',
    'http/server/key-logins.ts',
    ['if (waitMs > 0 && this.#isKnownWrong(accessKey, secret)) throw tooMany(waitMs);', ''],
    'costs no look-up',
  ),
  'long-answers': removal(
    'four answers with many ids are made at once for an account',
    'http/long-answers.test.ts',
    'http/server/long-answers.ts',
    ['if (ids <= IDS_IN_ONE_PIECE) return;', 'if (ids > 0) return;'],
  ),
  'request-turns': removal(
    'requests of an account take turns with those of others',
    'http/request-turns.test.ts',
    'http/requests/request-turns.ts',
    ['perHolder: OF_ACCOUNT,', 'perHolder: UNBOUNDED,'],
  ),
  'links-at-once': removal('a link has sixteen transfers', LINKS_TEST, LINKS, [
    'return this.#atOnce.enter(link);',
    'return () => undefined;',
  ]),
  'links-a-minute': removal('a link has 1,200 requests a minute', LINKS_TEST, LINKS, [
    'count > MOST_IN_WINDOW',
    'false',
  ]),
  'search-steps': removal(
    'what is not paid for is compared in steps',
    'flow/search-steps.test.ts',
    'reports/details/search-steps.ts',
    ["if (precision === 'exact') return null;", 'if (precision.length > 0) return null;'],
  ),
  'audit-hourly': removal(
    'what can be done as often as one likes has one entry an hour',
    'http/audit.test.ts',
    'core/audit.ts',
    ['return row.isHourly ?? false;', 'return false && row.isHourly;'],
    'an hour',
  ),
  'foreign-ports': removal(
    'no webhook goes to a port of another protocol',
    'core/foreign-ports.test.ts',
    'core/webhooks/foreign-ports.ts',
    ['return FOREIGN_PORTS.has(port);', 'return FOREIGN_PORTS.has(-port - 1);'],
  ),
  'token-type': removal(
    'only what was signed as an access token is one',
    'http/token.test.ts',
    'http/server/access-token.ts',
    ['        typ: TYPE,\n', ''],
  ),
  'default-memory': removal(
    'the children of the engine have half of the memory together, however many there are',
    'settings.test.ts',
    'config.ts',
    ['(sum, count) => sum + count, workers)', '(sum) => sum, workers)'],
    'no more than half of the machine',
  ),
  ...KEPT_REMOVALS,
  ...TRUST_REMOVALS,
};
