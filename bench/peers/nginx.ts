/** nginx as a server of files, with what Debian's configuration has: `sendfile` and `tcp_nopush`, one worker. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { freePort } from '../../server/dist/http/server/listening.js';

const LOOK_AGAIN_MS = 20;
const LOOKS = 250;
const PATHS = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'];

export interface Nginx {
  readonly url: string;
  readonly pid: number;
  stop(): Promise<void>;
}

function configuration(directory: string, root: string, port: number): string {
  const isRoot = process.getuid?.() === 0;
  return `${isRoot ? 'user root;\n' : ''}daemon off;
worker_processes 1;
pid ${directory}/pid;
error_log ${directory}/error.log;
events { worker_connections 64; }
http {
  access_log off;
  sendfile on;
  tcp_nopush on;
${PATHS.map((name) => `  ${name}_temp_path ${directory}/${name};`).join('\n')}
  server { listen 127.0.0.1:${port}; root ${root}; }
}
`;
}

async function answers(url: string, child: ChildProcess): Promise<void> {
  for (let look = 0; look < LOOKS; look++) {
    if (child.exitCode !== null) throw new Error(`nginx ended with ${child.exitCode}`);
    const answer = await fetch(url).catch(() => null);
    if (answer !== null) return;
    await delay(LOOK_AGAIN_MS);
  }
  throw new Error('nginx does not answer');
}

/** Serves the files below `root`; null where nginx is not installed. */
export async function startNginx(root: string): Promise<Nginx | null> {
  const directory = await mkdtemp(join(tmpdir(), 'conveyance-nginx-'));
  const port = await freePort('127.0.0.1');
  await writeFile(join(directory, 'nginx.conf'), configuration(directory, root, port));
  const child = spawn('nginx', ['-p', directory, '-c', join(directory, 'nginx.conf')], {
    stdio: ['ignore', 'ignore', 'inherit'],
    env: { ...process.env, PATH: `${process.env['PATH']}:/usr/sbin` },
  });
  const started = await Promise.race([once(child, 'spawn').then(() => true), once(child, 'error').then(() => false)]);
  if (!started) {
    await rm(directory, { recursive: true });
    return null;
  }
  const url = `http://127.0.0.1:${port}`;
  const stop = async () => {
    const exited = once(child, 'exit');
    child.kill('SIGTERM');
    if (child.exitCode === null) await exited;
    await rm(directory, { recursive: true, force: true });
  };
  await answers(url, child).catch(async (error: unknown) => {
    await stop();
    throw error;
  });
  return { url, pid: child.pid ?? 0, stop };
}
