import type { Migration } from 'kysely';
import { up as jobWarnings } from './0013-job-warnings.ts';
import { up as passingFaults } from './0014-passing-faults.ts';
import { up as withheldProperties } from './0015-withheld-properties.ts';
import { up as changesKnownSince } from './0016-changes-known-since.ts';
import { up as deliveryLanes } from './0018-delivery-lanes.ts';
import { up as auditSubjects } from './0019-audit-subjects.ts';
import { up as linkEpochs } from './0020-link-epochs.ts';
import { up as retention } from './0021-retention.ts';
import { up as versionOrigins } from './0025-version-origins.ts';
import { up as sessions } from './0027-sessions.ts';
import { up as nodes } from './0029-nodes.ts';
import { up as operators } from './0030-operators.ts';
import { up as propertyLists } from './0031-property-lists.ts';
import { up as schedulesByList } from './0032-schedules-by-list.ts';
import { up as keysOfCustomers } from './0034-keys-of-customers.ts';
import { up as keyring } from './0035-keyring.ts';
import { up as erasures } from './0037-erasures.ts';
import { up as grantRules } from './0040-grant-rules.ts';
import { up as uploads } from './incoming/0041-uploads.ts';
import { up as loadHistory } from './incoming/0042-load-history.ts';
import { up as feeds } from './incoming/0043-feeds.ts';
import { up as loadSecrets } from './incoming/0044-load-secrets.ts';
import { up as foundation } from './released/0001-foundation.ts';
import { up as webhooks } from './released/0002-webhooks.ts';
import { up as quota } from './released/0003-quota.ts';
import { up as requestOptions } from './released/0004-request-options.ts';
import { up as rateLimits } from './released/0005-rate-limits.ts';
import { up as jobChanges } from './released/0006-job-changes-and-audit-log.ts';
import { up as jobKinds } from './released/0007-job-kinds.ts';
import { up as schedules } from './released/0008-schedules.ts';
import { up as rateWindowsByDoor } from './released/0010-rate-windows-by-door.ts';
import { up as keptVersions } from './released/0011-kept-versions.ts';
import { up as rateWindowsByContract } from './released/0012-rate-windows-by-contract.ts';

/** Forward only: a bad release is followed by a good one. Names sort in the order in which they run. */
export const MIGRATIONS: Readonly<Record<string, Migration>> = {
  '0001-foundation': { up: foundation },
  '0002-webhooks': { up: webhooks },
  '0003-quota': { up: quota },
  '0004-request-options': { up: requestOptions },
  '0005-rate-limits': { up: rateLimits },
  '0006-job-changes-and-audit-log': { up: jobChanges },
  '0007-job-kinds': { up: jobKinds },
  '0008-schedules': { up: schedules },
  '0010-rate-windows-by-door': { up: rateWindowsByDoor },
  '0011-kept-versions': { up: keptVersions },
  '0012-rate-windows-by-contract': { up: rateWindowsByContract },
  '0013-job-warnings': { up: jobWarnings },
  '0014-passing-faults': { up: passingFaults },
  '0015-withheld-properties': { up: withheldProperties },
  '0016-changes-known-since': { up: changesKnownSince },
  '0018-delivery-lanes': { up: deliveryLanes },
  '0019-audit-subjects': { up: auditSubjects },
  '0020-link-epochs': { up: linkEpochs },
  '0021-retention': { up: retention },
  '0025-version-origins': { up: versionOrigins },
  '0027-sessions': { up: sessions },
  '0029-nodes': { up: nodes },
  '0030-operators': { up: operators },
  '0031-property-lists': { up: propertyLists },
  '0032-schedules-by-list': { up: schedulesByList },
  '0034-keys-of-customers': { up: keysOfCustomers },
  '0035-keyring': { up: keyring },
  '0037-erasures': { up: erasures },
  '0040-grant-rules': { up: grantRules },
  '0041-uploads': { up: uploads },
  '0042-load-history': { up: loadHistory },
  '0043-feeds': { up: feeds },
  '0044-load-secrets': { up: loadSecrets },
};
