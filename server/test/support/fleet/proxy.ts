/** nginx before the API nodes, by the sample that operators have: without TLS, on a port of the loopback. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { freePort } from '../../../src/http/server/listening.ts';
import { until } from '../app.ts';

const SAMPLE = resolve(import.meta.dirname, '../../../../deploy/nginx.conf');

export const nginxMissing: string | null =
  spawnSync('which', ['nginx']).status === 0 ? null : 'nginx not found: apt-get install nginx';

/** The sample with these nodes and this port in the place of its own. */
async function sampleFor(nodes: readonly string[], port: number): Promise<string> {
  const [upstream = '', , secure = ''] = (await readFile(SAMPLE, 'utf8')).split(/^(?=server \{)/m);
  const [own = '', indent, terms] = /^( *)server \S+:\d+ (.+);$/m.exec(upstream) ?? [];
  if (terms === undefined) throw new Error('deploy/nginx.conf names no node');
  const servers = nodes.map((url) => `${indent}server ${new URL(url).host} ${terms};`);
  const plain = secure.replaceAll(/^ *ssl_.*\n/gm, '').replace('listen 443 ssl;', `listen 127.0.0.1:${port};`);
  if (!plain.includes(`127.0.0.1:${port}`)) throw new Error('deploy/nginx.conf listens elsewhere');
  return upstream.replace(own, servers.join('\n')) + plain;
}

export class NodeProxy implements AsyncDisposable {
  readonly url: string;
  readonly #child: ChildProcess;

  private constructor(url: string, child: ChildProcess) {
    this.url = url;
    this.#child = child;
  }

  /** @param port where it is to listen, if nodes have been told already */
  static async start(directory: string, nodes: readonly string[], port?: number): Promise<NodeProxy> {
    const own = join(directory, 'proxy');
    await mkdir(own, { recursive: true });
    const listening = port ?? (await freePort('127.0.0.1'));
    await writeFile(join(own, 'fleet.conf'), await sampleFor(nodes, listening));
    const spools = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map(
      (each) => `${each}_temp_path ${own}/${each};`,
    );
    const user = process.getuid?.() === 0 ? 'user root;\n' : '';
    const main = `${user}daemon off;\nmaster_process off;\npid ${own}/pid;\nerror_log ${own}/error.log;\nevents {}\nhttp {\n  access_log off;\n  ${spools.join(' ')}\n  include ${own}/fleet.conf;\n}\n`;
    await writeFile(join(own, 'nginx.conf'), main);
    const child = spawn('nginx', ['-p', own, '-e', join(own, 'error.log'), '-c', join(own, 'nginx.conf')], {
      stdio: 'ignore',
    });
    // Whoever tidies up after an interrupted run finds it there.
    await writeFile(join(directory, 'proxy.pid'), String(child.pid));
    const url = `http://127.0.0.1:${listening}`;
    const answers = () =>
      fetch(`${url}/healthz`).then(
        () => true,
        () => false,
      );
    await until(answers, (answered) => answered || child.exitCode !== null);
    if (child.exitCode !== null) {
      throw new Error(`nginx ended with ${child.exitCode}: ${await readFile(join(own, 'error.log'), 'utf8')}`);
    }
    return new NodeProxy(url, child);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#child.exitCode !== null) return;
    const exited = once(this.#child, 'exit');
    this.#child.kill('SIGTERM');
    await exited;
  }
}
