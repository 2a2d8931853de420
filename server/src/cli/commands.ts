/** Every command there is, in the order in which `--help` and the reference show them. */
import type { Command } from './command.ts';
import { accountsCreate } from './commands/accounts-create.ts';
import { accountsGrant } from './commands/accounts-grant.ts';
import { accountsList } from './commands/accounts-list.ts';
import { accountsQuotaSet, accountsQuotaShow } from './commands/accounts-quota.ts';
import { accountsRevoke } from './commands/accounts-revoke.ts';
import { auditExport } from './commands/audit-export.ts';
import { auditTail } from './commands/audit-tail.ts';
import { demo } from './commands/demo.ts';
import { details } from './commands/details.ts';
import { doctor } from './commands/doctor.ts';
import { exportCommand } from './commands/export.ts';
import { generate } from './commands/generate.ts';
import { jobsCancel } from './commands/jobs-cancel.ts';
import { jobsList } from './commands/jobs-list.ts';
import { jobsShow } from './commands/jobs-show.ts';
import { jobsWatch } from './commands/jobs-watch.ts';
import { keysCreate } from './commands/keys-create.ts';
import { keysList } from './commands/keys-list.ts';
import { keysRevoke } from './commands/keys-revoke.ts';
import { load } from './commands/load.ts';
import { match } from './commands/match.ts';
import { schedulesCreate } from './commands/schedules-create.ts';
import { schedulesDelete } from './commands/schedules-delete.ts';
import { schedulesList } from './commands/schedules-list.ts';
import { schedulesPause } from './commands/schedules-pause.ts';
import { schedulesResume } from './commands/schedules-resume.ts';
import { schedulesRuns } from './commands/schedules-runs.ts';
import { schedulesShow } from './commands/schedules-show.ts';
import { search } from './commands/search.ts';
import { serve } from './commands/serve.ts';
import { tokensCreate } from './commands/tokens-create.ts';
import { usageCommand } from './commands/usage.ts';
import { webhooksList } from './commands/webhooks-list.ts';
import { webhooksListen } from './commands/webhooks-listen.ts';
import { webhooksRedeliver } from './commands/webhooks-redeliver.ts';
import { webhooksSecret } from './commands/webhooks-secret.ts';
import { webhooksTest } from './commands/webhooks-test.ts';

export const COMMANDS: readonly Command[] = [
  demo,
  serve,
  load,
  generate,
  doctor,
  accountsCreate,
  accountsList,
  accountsGrant,
  accountsRevoke,
  accountsQuotaSet,
  accountsQuotaShow,
  keysCreate,
  keysList,
  keysRevoke,
  tokensCreate,
  auditTail,
  auditExport,
  exportCommand,
  details,
  search,
  match,
  jobsList,
  jobsShow,
  jobsWatch,
  jobsCancel,
  schedulesCreate,
  schedulesList,
  schedulesShow,
  schedulesRuns,
  schedulesPause,
  schedulesResume,
  schedulesDelete,
  usageCommand,
  webhooksList,
  webhooksRedeliver,
  webhooksTest,
  webhooksSecret,
  webhooksListen,
];
