/** `conveyance doctor`. */
import { EXIT_CODES, flag, formatTable, type Output } from '@conveyance/cli/terminal';
import { DATA_DIR, dataDirSettings } from '../operator/operator.ts';
import { defineCommand } from '../world/command.ts';
import { confirmed, YES } from '../world/confirm.ts';
import type { PrivatePlace, SettingOverrides, World } from '../world/world.ts';
import { checkNode, customerChecks, type Finding, serverChecks } from './diagnosis.ts';
import { dataRepairs, placeRepairs, type Repair, unseenPlaces } from './repairs.ts';

const wordsOf = (error: unknown) => (error instanceof Error ? error.message : String(error));

/** None where the settings cannot be read: that is a finding. */
function placesOf(world: World, settings: SettingOverrides): readonly PrivatePlace[] {
  try {
    return world.privatePlaces(settings);
  } catch {
    return [];
  }
}

async function examine(world: World, settings: SettingOverrides): Promise<Finding[]> {
  const findings = [checkNode(process.version), ...(await unseenPlaces(placesOf(world, settings)))];
  try {
    const operator = await world.openOperator(settings);
    try {
      findings.push(...operator.facts.map(({ name, value }) => ({ check: name, ok: true, detail: value })));
      findings.push(...(await serverChecks(operator.deps, world.interrupt)));
    } finally {
      await operator.close();
    }
  } catch (error) {
    // An installation that does not open is what the doctor is for.
    findings.push({ check: 'installation', ok: false, detail: wordsOf(error) });
  }
  return [...findings, ...(await customerChecks(world))];
}

interface Repaired {
  readonly repair: string;
  readonly wrong: string;
  readonly remedy: string;
  /** `offered`: nobody said that it is to be done. */
  readonly state: 'offered' | 'done' | 'failed';
  /** What was done, or why not. */
  readonly detail: string | null;
}

interface Repairing {
  readonly yes: boolean;
  readonly out: Output;
  readonly world: World;
}

async function applied({ name, wrong, remedy, apply }: Repair): Promise<Repaired> {
  const what = { repair: name, wrong, remedy };
  try {
    return { ...what, state: 'done', detail: await apply() };
  } catch (error) {
    return { ...what, state: 'failed', detail: wordsOf(error) };
  }
}

/** Lists them, asks, and does them one after the other. */
async function repair(repairs: readonly Repair[], { yes, out, world }: Repairing): Promise<readonly Repaired[]> {
  if (repairs.length === 0) return [];
  for (const { wrong, remedy } of repairs) out.say(`${wrong}\n  would ${remedy}`);
  const done: Repaired[] = [];
  const wanted = await confirmed('This is repaired.', { yes }, { out, world });
  for (const each of repairs) {
    const { name, wrong, remedy } = each;
    done.push(wanted ? await applied(each) : { repair: name, wrong, remedy, state: 'offered', detail: null });
  }
  for (const { state, detail } of done) if (detail !== null) out.say(`${state}: ${detail}`);
  return done;
}

/** First what may keep it from being opened. */
async function repairAll(settings: SettingOverrides, repairing: Repairing): Promise<readonly Repaired[]> {
  const { world } = repairing;
  const places = await repair(await placeRepairs(placesOf(world, settings)), repairing);
  const operator = await world.openOperator(settings).catch(() => null);
  // What keeps it from that is among the findings.
  if (operator === null) return places;
  try {
    return [...places, ...(await repair(await dataRepairs(operator.deps, world.interrupt), repairing))];
  } finally {
    await operator.close();
  }
}

export const doctor = defineCommand({
  name: 'doctor',
  summary: 'Check the installation and report what is wrong',
  details:
    'Opens the data directory as the server would and checks database, engine, disk and warehouse: that an object can be written and read, and that every file of the current data version is there. If CONVEYANCE_URL is ' +
    'set, also queries that server with the credentials at hand. Exits with 1 if something is wrong.\n\n--fix lists what can be put right ' +
    'without losing anything, asks, does it, and checks again: files that other users can read, nodes that died, rules of accounts that were not ' +
    'evaluated, and results that should have been deleted.',
  arguments: {},
  options: {
    fix: flag({ description: 'Also repair what can safely be repaired, after asking.' }),
    ...YES,
    ...DATA_DIR,
  },
  examples: [
    { line: 'conveyance doctor', meaning: 'Is everything in order, and where is it?' },
    { line: 'conveyance doctor --fix', meaning: 'And put right what can be' },
    { line: 'conveyance doctor --json', meaning: 'For a monitor' },
  ],
  async run({ options, out, world }) {
    const settings = dataDirSettings(options.dataDir);
    const repairs = options.fix ? await repairAll(settings, { yes: options.yes, out, world }) : null;
    if (repairs !== null && repairs.length === 0) out.say('There is nothing to repair.');
    const checks = await out.stages.run('Examine the installation', () => examine(world, settings));
    const ok = checks.every((finding) => finding.ok) && !(repairs ?? []).some(({ state }) => state === 'failed');
    out.data(
      { ok, checks, ...(repairs !== null && { repairs }) },
      formatTable(checks.map(({ check, ok: fine, detail }) => [fine ? 'ok' : 'WRONG', check, detail])),
    );
    return ok ? EXIT_CODES.ok.code : EXIT_CODES.other.code;
  },
});
