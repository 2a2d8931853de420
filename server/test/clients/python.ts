/** Python programs for tests, with the module of `clients/python` and nothing but the standard library. */
import { execFile, spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';
import { promisify } from 'node:util';
import { hasProgram } from '../sftp/open-ssh.ts';
import { repositoryFile } from './repository.ts';

export const WITHOUT_PYTHON = !hasProgram('python3');
if (WITHOUT_PYTHON) console.warn('skipped: there is no python3 on this machine (package python3)');

/** Where a package of the system is installed for; another Python before it on the path has its own packages. */
const SYSTEM_PYTHON = '/usr/bin/python3';
/** Of one Python program. Generous: the machine may be busy. */
const PATIENCE_MS = 120_000;

export type Environment = Readonly<Record<string, string>>;

export interface PythonRan {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** `-I -S`: no packages, no module of this machine's user, nothing of the environment. */
export async function python(program: string, env: Environment = {}, input = ''): Promise<PythonRan> {
  const begin = `import sys; sys.path.insert(0, ${JSON.stringify(repositoryFile('clients/python'))})\n`;
  const child = spawn('python3', ['-I', '-S', '-B', '-c', begin + program], {
    env: { PATH: process.env['PATH'] ?? '', ...env },
    timeout: PATIENCE_MS,
  });
  child.stdin.end(input);
  const ended = new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  const [stdout, stderr, code] = await Promise.all([text(child.stdout), text(child.stderr), ended]);
  return { code, stdout, stderr };
}

/** What a program that prints one JSON value says. Throws with its traceback if it fails. */
export async function pythonValue<Value>(program: string, env: Environment = {}, input = ''): Promise<Value> {
  const { code, stdout, stderr } = await python(`import json\n${program}`, env, input);
  if (code !== 0) throw new Error(`python3 ended with ${code}: ${stderr}`);
  return JSON.parse(stdout);
}

/** The Python that has a package, or null. */
export async function pythonWith(name: string): Promise<string | null> {
  for (const program of ['python3', SYSTEM_PYTHON]) {
    const found = await promisify(execFile)(program, ['-c', `import ${name}`]).then(
      () => true,
      () => false,
    );
    if (found) return program;
  }
  return null;
}
