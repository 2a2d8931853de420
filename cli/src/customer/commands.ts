/** The customers' commands, in the order in which `--help` and the reference show them. */
import type { Command } from '../terminal/command.ts';
import { exportCommand } from './exports/export.ts';
import { details } from './files/details.ts';
import { match } from './files/match.ts';
import { search } from './files/search.ts';
import { jobsCancel } from './jobs/jobs-cancel.ts';
import { jobsList } from './jobs/jobs-list.ts';
import { jobsShow } from './jobs/jobs-show.ts';
import { jobsWatch } from './jobs/jobs-watch.ts';
import { listsCreate } from './lists/lists-create.ts';
import { listsDelete } from './lists/lists-delete.ts';
import { listsList } from './lists/lists-list.ts';
import { listsRename } from './lists/lists-rename.ts';
import { listsReplace } from './lists/lists-replace.ts';
import { listsShow } from './lists/lists-show.ts';
import { propertiesIds } from './properties/properties-ids.ts';
import { propertiesList } from './properties/properties-list.ts';
import { schedulesCreate } from './schedules/schedules-create.ts';
import { schedulesDelete } from './schedules/schedules-delete.ts';
import { schedulesList } from './schedules/schedules-list.ts';
import { schedulesPause } from './schedules/schedules-pause.ts';
import { schedulesResume } from './schedules/schedules-resume.ts';
import { schedulesRuns } from './schedules/schedules-runs.ts';
import { schedulesShow } from './schedules/schedules-show.ts';
import { usageCommand } from './usage.ts';
import { webhooksList } from './webhooks/webhooks-list.ts';
import { webhooksListen } from './webhooks/webhooks-listen.ts';
import { webhooksRedeliver } from './webhooks/webhooks-redeliver.ts';
import { webhooksSecret } from './webhooks/webhooks-secret.ts';
import { webhooksTest } from './webhooks/webhooks-test.ts';

export const CUSTOMER_COMMANDS: readonly Command[] = [
  exportCommand,
  details,
  search,
  match,
  propertiesList,
  propertiesIds,
  listsCreate,
  listsList,
  listsShow,
  listsReplace,
  listsRename,
  listsDelete,
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

/** What the words before the last of their names are about. */
export const CUSTOMER_GROUPS = {
  properties: 'What may be exported',
  lists: 'Properties under a name',
  jobs: 'The account’s exports',
  schedules: 'Exports on a calendar',
  webhooks: 'Callbacks when a job has ended',
};
