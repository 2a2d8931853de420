// CONVEYANCE_TEST_KILLED_AT=STEP node --import THIS PROGRAM: the program, which kills itself when a change of keys has come so far.
import { register } from 'node:module';
import { isMainThread } from 'node:worker_threads';

const KILL = `process.kill(process.pid, 'SIGKILL');`;
const CHANGE = '/storage/keyring/change-master-key.js';
const RENEW = '/storage/keyring/renew.js';

function before(file, right) {
  return { file, right, wrong: `${KILL}\n${right}` };
}

const SEALED_BY_BOTH = before(CHANGE, 'await keyring.reseal(');
const TWO_PASSWORDS = before(RENEW, 'await embedded.changePassword(');

const STEPS = {
  'next key written': [before(CHANGE, 'const to = masterKeys.all.find(')],
  'password sealed by both': [SEALED_BY_BOTH],
  'not committed': [before(CHANGE, `await audit.append(entryByOperator('master-key-changed'`)],
  committed: [before(CHANGE, 'const keptAt = await settleFiles(needs);')],
  'key before kept': [before(CHANGE, 'await rename(join(dataDir, NEXT_FILE_NAME)')],
  'key in its place': [before(CHANGE, 'await flushDirectory(dataDir);')],
  'two passwords': [TWO_PASSWORDS],
  'password changed': [before(RENEW, 'await writePasswords(masterKeys.dataDir, [next], [masterKey]);')],
  // The faults that the test must see: the file opens by what the database does not have yet.
  'password sealed by the next alone': [SEALED_BY_BOTH, { file: CHANGE, right: '[from, to]', wrong: '[to]' }],
  'next password alone': [TWO_PASSWORDS, { file: RENEW, right: '[...before, next]', wrong: '[next]' }],
};

export async function load(url, context, nextLoad) {
  const loaded = await nextLoad(url, context);
  const changes = (STEPS[process.env['CONVEYANCE_TEST_KILLED_AT']] ?? []).filter(({ file }) => url.endsWith(file));
  if (changes.length === 0) return loaded;
  let source = String(loaded.source);
  for (const { file, right, wrong } of changes) {
    if (source.split(right).length !== 2) throw new Error(`${file} was to have one ${right}`);
    source = source.replace(right, wrong);
  }
  return { ...loaded, source };
}

// Hooks run in a thread of their own, which loads this file too.
if (isMainThread) register(import.meta.url);
