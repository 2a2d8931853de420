/** `conveyance loads`: data that is loaded by the calendar. */

import {
  argument,
  argumentList,
  choice,
  formatTable,
  requiredText,
  text,
  texts,
  usage,
  wholeNumber,
} from '@conveyance/cli/terminal';
import type { Feed } from '../../../core/ports/database/incoming/feeds.ts';
import { type CalendarRule, parseTimeZone, WEEKDAYS } from '../../../core/schedules/calendar-rule.ts';
import { type ToldRequest, toldRequests } from '../../../warehouse/feeds/addresses.ts';
import {
  changeFeed,
  createFeed,
  DEFAULT_GRACE_MINUTES,
  type FeedChange,
  readFeed,
  renewLogins,
} from '../../../warehouse/feeds/feeds.ts';
import { DEFAULT_MAX_REJECTS } from '../../../warehouse/load/load.ts';
import { defineCommand } from '../../world/command.ts';
import { confirmed, YES } from '../../world/confirm.ts';
import { operatorName } from '../../world/operator-name.ts';
import { MAP, parseColumnNames } from '../column-names.ts';
import { asOperator, DATA_DIR } from '../operator.ts';
import { NONE } from '../warehouse/arguments.ts';
import { type Given, givenOf, SOURCE_OPTIONS, type SourceWords } from './addresses.ts';
import { FORMAT_OPTIONS, formatOf } from './format-options.ts';
import { readMappingFile } from './mapping-file.ts';

const PERIODS = ['day', 'week', 'month'] as const;
const LONGEST_NAME = 100;
const MOST_SOURCES = 100;
const MOST_GRACE_MINUTES = 30 * 24 * 60;

interface RuleOptions {
  readonly at: string;
  readonly every: (typeof PERIODS)[number] | undefined;
  readonly weekday: (typeof WEEKDAYS)[number] | undefined;
  readonly day: number | undefined;
  readonly zone: string | undefined;
}

function ruleOf({ at, every = 'day', weekday, day, zone }: RuleOptions): CalendarRule {
  if (!/^([01]\d|2[0-3]):[0-5]\d$/.test(at)) throw usage(`--at is a time as 06:00; got "${at}"`);
  const given = zone ?? new Intl.DateTimeFormat().resolvedOptions().timeZone;
  const timeZone = parseTimeZone(given);
  if (timeZone === null)
    throw usage(`--zone is a name of the IANA time zone database, as Europe/Berlin; got "${given}"`);
  const local = { time: at, timeZone };
  if (weekday !== undefined && every !== 'week') throw usage('--weekday goes with --every week');
  if (day !== undefined && every !== 'month') throw usage('--day goes with --every month');
  if (every === 'day') return { ...local, frequency: 'daily' };
  if (every === 'week') {
    if (weekday === undefined) throw usage('--every week needs --weekday');
    return { ...local, frequency: 'weekly', weekday };
  }
  if (day === undefined || day > 31) throw usage('--every month needs --day, 1 to 31');
  return { ...local, frequency: 'monthly', dayOfMonth: day };
}

/** Of files each path is made absolute, in a pattern the part before its first sign. */
function sourcesOf(given: readonly string[], options: SourceWords): Given {
  if (given.includes('-'))
    throw usage('standard input is there only now: name files, directories, patterns or addresses');
  if (given.length > MOST_SOURCES)
    throw usage(`${given.length} sources are too many: ${MOST_SOURCES} at most, or a pattern`);
  return givenOf(given, options);
}

function whenOf({ rule }: Feed): string {
  const on =
    rule.frequency === 'weekly'
      ? ` on ${rule.weekday}`
      : rule.frequency === 'monthly'
        ? ` on day ${rule.dayOfMonth}`
        : '';
  return `${rule.frequency}${on} at ${rule.time} ${rule.timeZone}`;
}

function feedFields(feed: Feed) {
  const { name, rule, sources, graceMinutes, by, isPaused, isRunning, plannedAt, dueAt, state, endedAt } = feed;
  return {
    name,
    state: isRunning ? 'running' : state,
    paused: isPaused,
    ...{ frequency: rule.frequency, time: rule.time, time_zone: rule.timeZone },
    weekday: rule.frequency === 'weekly' ? rule.weekday : null,
    day_of_month: rule.frequency === 'monthly' ? rule.dayOfMonth : null,
    sources,
    late_after_minutes: graceMinutes,
    by,
    planned_at: isPaused ? null : plannedAt.toISOString(),
    next_try_at: isPaused ? null : dueAt.toISOString(),
    last_ended_at: endedAt?.toISOString() ?? null,
  };
}

export const loadsSchedule = defineCommand({
  name: 'loads schedule',
  summary: 'Load data by the calendar: a feed',
  details:
    'A worker loads the files each time, as `load` does, all as one data version. A feed whose files are not there, or are refused, is tried ' +
    'again every quarter of an hour until --late-after is over; then it has failed, until its next time. The same rows again make no ' +
    'version. Paths are those of the machines of workers. Addresses are fetched each time; with whom to log in there is taken now from where ' +
    '`load` takes it, and sealed with the feed.',
  arguments: {
    name: argument('What the feed is called.'),
    sources: argumentList(
      'Files, directories with files named after tables, patterns in quotes, or addresses: https://…, s3://…, postgres://….',
    ),
  },
  options: {
    at: requiredText('<HH:MM>', { description: 'The time on the clocks of the zone.' }),
    every: choice(PERIODS, { description: 'How often. Default: day.' }),
    weekday: choice(WEEKDAYS, { description: 'With week.' }),
    day: wholeNumber('<n>', 1, { description: 'With month: the day, 1 to 31; a shorter month’s last.' }),
    zone: text('<name>', { description: 'An IANA time zone, e.g. America/New_York. Default: this machine’s.' }),
    lateAfter: wholeNumber('<minutes>', 1, {
      description: `For so long it is tried again. Default: ${DEFAULT_GRACE_MINUTES}.`,
    }),
    table: text('<name>', { description: 'The table of every file, whatever its name.' }),
    ...MAP,
    mapping: text('<file>', { description: 'A mapping file, which is kept with the feed as it is now.' }),
    ...FORMAT_OPTIONS,
    ...SOURCE_OPTIONS,
    maxRejects: wholeNumber('<n>', 0, {
      description: `Refuse a load when more rows than this are rejected. Default: ${DEFAULT_MAX_REJECTS}.`,
    }),
    nullInvalid: texts('<column|all>', {
      description: 'Load an invalid cell of this column as empty, as `load` does.',
    }),
    ...DATA_DIR,
  },
  examples: [
    {
      line: 'conveyance loads schedule acme --at 06:00 --zone America/New_York "/srv/acme/*.csv" --mapping acme.yaml',
      meaning: 'Every morning, whatever the provider has put there by then',
    },
    {
      line: 'PGPASSWORD=… conveyance loads schedule rents --at 05:00 "postgres://reader@db.acme.example/acme" --source-table rents --mapping acme.yaml',
      meaning: 'From the provider’s database; the password is sealed with the feed',
    },
  ],
  async run({ args, options, out, world }) {
    const { name } = args;
    if (name.trim() !== name || name === '' || name.length > LONGEST_NAME)
      throw usage(`a name has 1 to ${LONGEST_NAME} characters`);
    const mapping = options.mapping === undefined ? null : await readMappingFile(options.mapping);
    const { headerLine, ...format } = formatOf(options);
    const nulls = options.nullInvalid.flatMap((word) => word.split(',')).map((word) => word.trim());
    const graceMinutes = options.lateAfter ?? DEFAULT_GRACE_MINUTES;
    if (graceMinutes > MOST_GRACE_MINUTES) throw usage(`--late-after is at most ${MOST_GRACE_MINUTES} minutes`);
    const { paths: sources, requests } = sourcesOf(args.sources, options);
    const asked = {
      ...{ name, rule: ruleOf(options), sources, requests, graceMinutes, by: operatorName() },
      request: {
        table: options.table ?? null,
        column_names: Object.fromEntries(parseColumnNames(options.map)),
        mapping: mapping === null ? null : { name: mapping.name, document: mapping.document },
        format: { ...format, ...(headerLine !== undefined && { header_line: headerLine }) },
        max_rejects: options.maxRejects ?? DEFAULT_MAX_REJECTS,
        null_invalid: nulls.includes('all') ? 'all' : nulls,
      },
    };
    const feed = await asOperator(world, options, (deps) => createFeed(deps, asked));
    out.data(
      feedFields(feed),
      `${feed.name}: ${whenOf(feed)}, the first time ${out.instant(feed.plannedAt.toISOString())}`,
    );
  },
});

export const loadsList = defineCommand({
  name: 'loads list',
  summary: 'List the feeds, with what their last time came to',
  details: '`load history` has every load of theirs, with the reason of one that failed.',
  arguments: {},
  options: DATA_DIR,
  examples: [{ line: 'conveyance loads list', meaning: 'Which feeds are there, and is one late?' }],
  async run({ options, out, world }) {
    const feeds = await asOperator(world, options, ({ db }) => db.feeds.list());
    const rows = feeds.map((feed) => {
      const { state, paused, next_try_at: next, last_ended_at: last } = feedFields(feed);
      return [
        feed.name,
        paused ? `${state}, paused` : state,
        whenOf(feed),
        last === null ? NONE : out.instant(last),
        next ?? NONE,
      ];
    });
    const lines = formatTable([['FEED', 'STATE', 'WHEN', 'LAST', 'NEXT'], ...rows]);
    out.data({ feeds: feeds.map(feedFields) }, feeds.length === 0 ? 'There are no feeds.' : lines);
  },
});

function wordsOf({ user, query, tables = [], cursor }: Omit<ToldRequest, 'address'>): string {
  const words = [
    ...(user === null ? [] : [`as ${user}`]),
    ...(query === undefined ? [] : [`query ${query}`]),
    ...(tables.length === 0 ? [] : [`tables ${tables.join(', ')}`]),
    ...(cursor === undefined ? [] : [`by ${cursor}`]),
  ];
  return words.join('; ') || NONE;
}

const NAME = { name: argument('What the feed is called.') };

export const loadsShow = defineCommand({
  name: 'loads show',
  summary: 'Show a feed, and its latest loads',
  arguments: NAME,
  options: DATA_DIR,
  examples: [{ line: 'conveyance loads show acme', meaning: 'What does it load, and how did that go?' }],
  async run({ args, options, out, world }) {
    const { feed, fetched } = await asOperator(world, options, async (deps) => {
      const found = await readFeed(deps, args.name);
      return { feed: found, fetched: await toldRequests(deps, found) };
    });
    const fields = feedFields(feed);
    const rows = Object.entries(fields).map(([field, value]) => [
      field,
      Array.isArray(value) ? value.join(', ') : String(value ?? NONE),
    ]);
    const how = fetched?.map(({ address, ...words }) => [`of ${address}`, wordsOf(words)]) ?? [
      ['addresses', 'sealed under a key that is gone: make the feed again'],
    ];
    out.data({ ...fields, fetched, request: feed.request }, formatTable([...rows, ...how]));
  },
});

/** @param done what is said afterwards; `already`: where nothing was to be done. */
function changing(
  verb: string,
  change: FeedChange,
  { summary, done, already }: { readonly summary: string; readonly done: string; readonly already: string },
) {
  return defineCommand({
    name: `loads ${verb}`,
    summary,
    arguments: NAME,
    options: DATA_DIR,
    examples: [{ line: `conveyance loads ${verb} acme`, meaning: summary }],
    async run({ args, options, out, world }) {
      const asked = { name: args.name, change, by: operatorName() };
      const isNew = await asOperator(world, options, (deps) => changeFeed(deps, asked));
      out.data({ name: args.name, changed: isNew }, `${args.name}: ${isNew ? done : already}`);
    },
  });
}

export const loadsPause = changing('pause', 'paused', {
  ...{ summary: 'Load a feed no more until it is resumed', done: 'paused', already: 'was paused already' },
});
export const loadsResume = changing('resume', 'resumed', {
  ...{ summary: 'Load a feed again, from its next time on', done: 'resumed', already: 'was not paused' },
});
export const loadsRun = changing('run', 'run', {
  summary: 'Load a feed now, by a worker, and again at its time',
  ...{ done: 'loaded within seconds', already: 'is paused: resume it first' },
});

export const loadsLogin = defineCommand({
  name: 'loads login',
  summary: 'Seal the logins of a feed’s addresses anew',
  details:
    'With the password or the access key that `load` would use on this machine now, in the place of the one that was sealed. Of an https address ' +
    'there is none: where its query has changed, delete the feed and make it again.',
  arguments: NAME,
  options: DATA_DIR,
  examples: [{ line: 'PGPASSWORD=… conveyance loads login rents', meaning: 'The provider has changed the password' }],
  async run({ args, options, out, world }) {
    const asked = { name: args.name, by: operatorName() };
    const addresses = await asOperator(world, options, (deps) => renewLogins(deps, asked));
    out.data({ name: args.name, addresses }, `${args.name}: sealed anew for ${addresses.join(', ')}`);
  },
});

export const loadsDelete = defineCommand({
  name: 'loads delete',
  summary: 'Delete a feed; what it has loaded stays',
  arguments: NAME,
  options: { ...YES, ...DATA_DIR },
  examples: [{ line: 'conveyance loads delete acme', meaning: 'Asks first' }],
  async run({ args, options, out, world }) {
    if (!(await confirmed(`The feed ${args.name} is deleted.`, options, { out, world }))) return;
    const asked = { name: args.name, change: 'deleted', by: operatorName() } as const;
    await asOperator(world, options, (deps) => changeFeed(deps, asked));
    out.data({ name: args.name, deleted: true }, `${args.name}: deleted`);
  },
});
