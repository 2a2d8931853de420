/** Every command, in the order in which `--help` and the reference show them. */
import { CUSTOMER_COMMANDS, CUSTOMER_GROUPS } from '@conveyance/cli/customer';
import type { Programme, Section } from '@conveyance/cli/terminal';
import { invite } from './console/invite.ts';
import { doctor } from './installation/doctor.ts';
import { masterRotate, masterShow } from './installation/master.ts';
import { nodesDrain, nodesList, nodesResume } from './installation/nodes.ts';
import { top } from './installation/top.ts';
import { keysRotate } from './operator/accounts/keys-rotate.ts';
import {
  accountsDelete,
  accountsRename,
  accountsResume,
  accountsShow,
  accountsSuspend,
} from './operator/accounts/life.ts';
import { accountsCreate } from './operator/accounts-create.ts';
import { accountsGrant } from './operator/accounts-grant.ts';
import { accountsList } from './operator/accounts-list.ts';
import { accountsQuotaSet, accountsQuotaShow } from './operator/accounts-quota.ts';
import { accountsRevoke, accountsRevokeLinks } from './operator/accounts-revoke.ts';
import { auditExport } from './operator/audit-export.ts';
import { auditTail } from './operator/audit-tail.ts';
import { orAsOperator } from './operator/forms/forms.ts';
import { generate } from './operator/generate.ts';
import { grantsDiff } from './operator/grants/diff.ts';
import { grantsReplace } from './operator/grants/replace.ts';
import { grantsShow } from './operator/grants/show.ts';
import { keysCreate } from './operator/keys-create.ts';
import { keysList } from './operator/keys-list.ts';
import { keysRevoke } from './operator/keys-revoke.ts';
import {
  loadsDelete,
  loadsList,
  loadsLogin,
  loadsPause,
  loadsResume,
  loadsRun,
  loadsSchedule,
  loadsShow,
} from './operator/load/feeds.ts';
import { loadHistory, loadShow } from './operator/load/history.ts';
import { load } from './operator/load/load.ts';
import { tokensCreate } from './operator/tokens-create.ts';
import { warehouseCheck } from './operator/warehouse/check.ts';
import { warehouseDelete } from './operator/warehouse/delete.ts';
import { warehouseDiff } from './operator/warehouse/diff.ts';
import { warehouseErasePerson } from './operator/warehouse/erase-person.ts';
import { warehouseRollback } from './operator/warehouse/rollback.ts';
import { warehouseShow } from './operator/warehouse/show.ts';
import { warehouseVersions } from './operator/warehouse/versions.ts';
import { backup } from './recovery/backup.ts';
import { restore } from './recovery/restore.ts';
import { demo } from './server/demo.ts';
import { serve } from './server/serve.ts';
import type { World } from './world/world.ts';

export const SECTIONS: readonly Section<World>[] = [
  {
    title: 'Run and fill a server:',
    commands: [
      ...[
        demo,
        serve,
        load,
        loadHistory,
        loadShow,
        generate,
        doctor,
        backup,
        restore,
        top,
        nodesList,
        nodesDrain,
        nodesResume,
      ],
      ...[masterShow, masterRotate],
    ],
  },
  {
    title: 'Look after the data (directly on it):',
    commands: [
      warehouseShow,
      warehouseVersions,
      ...[loadsSchedule, loadsList, loadsShow, loadsPause, loadsResume, loadsRun, loadsLogin, loadsDelete],
      warehouseDiff,
      warehouseCheck,
      warehouseRollback,
      warehouseDelete,
      warehouseErasePerson,
    ],
  },
  {
    title: 'Manage accounts (directly on the data):',
    commands: [
      accountsCreate,
      accountsList,
      accountsShow,
      accountsRename,
      accountsGrant,
      accountsRevoke,
      accountsRevokeLinks,
      accountsQuotaSet,
      accountsQuotaShow,
      accountsSuspend,
      accountsResume,
      accountsDelete,
      grantsShow,
      grantsReplace,
      grantsDiff,
      keysCreate,
      keysList,
      keysRotate,
      keysRevoke,
      tokensCreate,
      invite,
      auditTail,
      auditExport,
    ],
  },
  { title: 'Export data (over HTTP):', commands: CUSTOMER_COMMANDS.map(orAsOperator) },
];

const GROUPS = {
  warehouse: 'What was loaded: see it, undo it, delete of it',
  loads: 'Feeds: data that is loaded by the calendar',
  accounts: 'Customers, and what they may see',
  'accounts quota': 'How many properties an account may export in a month',
  grants: 'What an account may see: all, a list, or what a rule says',
  keys: 'Access keys of an account',
  tokens: 'Personal tokens of an account',
  audit: 'What was done, and by whom',
  nodes: 'The processes that serve on one database',
  master: 'The master key, and the keys that it seals',
};

const FIRST_STEPS = `First steps:
  conveyance demo                     see it all work, in a minute, leaving nothing behind
  conveyance serve                    run a server, data under ./data
  conveyance COMMAND --help           everything about one command, with examples`;

export const PROGRAMME: Programme<World> = {
  name: 'conveyance',
  description: 'Bulk exports of property data: run the server, manage its customers, export as one.',
  sections: SECTIONS,
  groups: { ...GROUPS, ...CUSTOMER_GROUPS },
  firstSteps: FIRST_STEPS,
};
