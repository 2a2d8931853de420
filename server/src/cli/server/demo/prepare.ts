/** From an empty server to one with data and a customer. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { formatCount, type Stages } from '@conveyance/cli/terminal';
import { DEFAULT_SCOPES, OPERATORS_ACCOUNT } from '../../../core/access.ts';
import { type IssuedKey, issueKey, issueToken } from '../../../core/logins/credentials.ts';
import { invite } from '../../../core/logins/sessions.ts';
import type { Deps } from '../../../core/ports/deps.ts';
import { type DemoSize, generateDemo } from '../../../demo/generate.ts';
import { createAccount } from '../../../jobs/account-changes.ts';
import { loadWithStage } from '../../operator/load/load.ts';

export interface DemoData {
  readonly lastDay: string;
  /** Those with a history of rents. */
  readonly propertyIds: readonly number[];
}

/** Generates into a temporary directory, loads from there and removes it. */
export async function prepareData(deps: Deps, stages: Stages, size: DemoSize, signal: AbortSignal): Promise<DemoData> {
  const directory = await mkdtemp(join(tmpdir(), 'conveyance-demo-'));
  try {
    const generated = await stages.run('Invent properties and their rents', async (stage) => {
      const made = await generateDemo(deps, { size, outDirectory: directory }, { signal });
      stage.result(
        `${formatCount(made.reportedIds.length)} apartment properties, ${made.firstDay} to ${made.lastDay}, and ${formatCount((made.tables['properties']?.rows ?? 0) - made.reportedIds.length)} others`,
      );
      return made;
    });
    const paths = Object.values(generated.tables).map(({ file }) => file);
    const rejectFile = join(directory, 'rejects.csv');
    const options = { paths, table: null, columnNames: new Map(), dryRun: false, maxRejects: 0, rejectFile };
    await loadWithStage(deps, stages, options, { title: 'Load it into the warehouse', signal });
    return { lastDay: generated.lastDay, propertyIds: generated.reportedIds };
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

export interface DemoCustomer extends IssuedKey {
  /** Signs its bearer in to the console, once. */
  readonly invitation: string;
  /** The same for whoever looks after the server. */
  readonly operatorInvitation: string;
  readonly token: string;
}

export function prepareCustomer(deps: Deps, stages: Stages): Promise<DemoCustomer> {
  return stages.run('Create an account and a key', async (stage) => {
    const account = await createAccount(deps, { name: 'Demo customer', grants: 'all' });
    const request = { accountId: account.id, scopes: DEFAULT_SCOPES };
    const key = await issueKey(deps, request);
    stage.result(`access key ${key.accessKey}`);
    const { link } = await invite(deps, { accountId: account.id, role: 'member' });
    const operator = await invite(deps, { accountId: OPERATORS_ACCOUNT, role: 'operator' });
    const token = await issueToken(deps, request);
    return { ...key, token, invitation: link, operatorInvitation: operator.link };
  });
}
