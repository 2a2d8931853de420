/** `conveyance doctor`. */
import { EXIT_CODES, formatTable } from '@conveyance/cli/terminal';
import { DATA_DIR, dataDirSettings } from '../operator/operator.ts';
import { defineCommand } from '../world/command.ts';
import type { SettingOverrides, World } from '../world/world.ts';
import { checkNode, customerChecks, type Finding, serverChecks } from './diagnosis.ts';

async function examine(world: World, settings: SettingOverrides): Promise<Finding[]> {
  const findings = [checkNode(process.version)];
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
    findings.push({ check: 'installation', ok: false, detail: error instanceof Error ? error.message : String(error) });
  }
  return [...findings, ...(await customerChecks(world))];
}

export const doctor = defineCommand({
  name: 'doctor',
  summary: 'Check the installation and report what is wrong',
  details:
    'Opens the data directory as the server would and checks database, engine, disk and warehouse: that an object can be written and read, and that every file of the current data version is there. If CONVEYANCE_URL is ' +
    'set, also queries that server with the credentials at hand. Exits with 1 if something is wrong.',
  arguments: {},
  options: DATA_DIR,
  examples: [
    { line: 'conveyance doctor', meaning: 'Is everything in order, and where is it?' },
    { line: 'conveyance doctor --json', meaning: 'For a monitor' },
  ],
  async run({ options, out, world }) {
    const checks = await out.stages.run('Examine the installation', () =>
      examine(world, dataDirSettings(options.dataDir)),
    );
    const ok = checks.every((finding) => finding.ok);
    out.data(
      { ok, checks },
      formatTable(checks.map(({ check, ok: fine, detail }) => [fine ? 'ok' : 'WRONG', check, detail])),
    );
    return ok ? EXIT_CODES.ok.code : EXIT_CODES.other.code;
  },
});
