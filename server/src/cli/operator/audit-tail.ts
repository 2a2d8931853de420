/** `conveyance audit tail`. */
import { formatTable, text, texts, usage, wholeNumber } from '@conveyance/cli/terminal';
import type { AuditEvent } from '../../core/audit.ts';
import { likelyHint } from '../../core/input/nearest.ts';
import { AUDIT_EVENT_NAMES, auditFields } from '../../wire/admin/audit.ts';
import { defineCommand } from '../world/command.ts';
import { AUDIT_HEADER, auditRow } from './audit-view.ts';
import { asOperator, DATA_DIR, findAccount } from './operator.ts';

const DEFAULT_LINES = 20;

function eventsOf(given: readonly string[]): readonly AuditEvent[] {
  const words = given.flatMap((each) => each.split(',')).map((word) => word.trim());
  return words.map((word) => {
    const event = AUDIT_EVENT_NAMES.find((known) => known === word);
    if (event === undefined) throw usage(`there is no event ${word}${likelyHint(word, AUDIT_EVENT_NAMES)}`);
    return event;
  });
}

export const auditTail = defineCommand({
  name: 'audit tail',
  summary: 'Show the newest entries of the audit log',
  details: 'Who exported, how many properties, when and from where; and who was given a link or fetched the file.',
  arguments: {},
  options: {
    lines: wholeNumber('<n>', 1, { short: 'n', description: `How many. Default: ${DEFAULT_LINES}.` }),
    event: texts('<name>', {
      description: 'Only these events, by their names in docs/audit-log.md. Separated by commas, or repeated.',
    }),
    account: text('<id|name>', { description: 'For this account only.' }),
    ...DATA_DIR,
  },
  examples: [
    { line: 'conveyance audit tail -n 50', meaning: 'What happened lately' },
    { line: 'conveyance audit tail --event feed-failed,person-erased', meaning: 'And of some kinds only' },
  ],
  async run({ options, out, world }) {
    const events = eventsOf(options.event);
    const entries = await asOperator(world, options, async (deps) => {
      const accountId = options.account === undefined ? null : (await findAccount(deps, options.account)).id;
      return deps.db.audit.last({
        ...{ accountId, events, from: null, until: null, limit: options.lines ?? DEFAULT_LINES },
      });
    });
    out.data({ entries: entries.map(auditFields) }, formatTable([AUDIT_HEADER, ...entries.map(auditRow)]));
  },
});
