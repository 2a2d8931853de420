/** The samples of `deploy/`: what they name exists in the program, and the tools that read them take them. */
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { describe, expect, it } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { z } from 'zod';
import { readSettings, SETTINGS } from '../../src/config.ts';
import { OPERATIONS } from '../../src/http/operations.ts';
import { until } from '../support/app.ts';

const ROOT = resolve(import.meta.dirname, '../../..');
const DEPLOY = join(ROOT, 'deploy');
const PROGRAM = join(ROOT, 'server/dist/main.js');
const FILES = readdirSync(DEPLOY, { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile())
  .map(({ parentPath, name }) => join(parentPath, name));
const YAML = FILES.filter((file) => file.endsWith('.yaml'));
const TIMEOUT_MS = 120_000;

/** Of the samples themselves, not of the program: where Caddy finds the nodes. */
const NOT_OURS = new Set(['CONVEYANCE_NODES']);
const NAMES = new Set<string>(Object.values(SETTINGS).map(({ variable }) => variable));
const PROBES = new Set(OPERATIONS.service.map(({ path }) => path));
const PORT = readSettings({}).port;
const DRAIN_SECONDS = readSettings({}).drainSeconds;

function text(name: string): string {
  return readFileSync(join(DEPLOY, name), 'utf8');
}

function documents(file: string): readonly unknown[] {
  return parseAllDocuments(readFileSync(file, 'utf8'), { merge: true }).map((document) => {
    expect(document.errors).toEqual([]);
    return document.toJS() as unknown;
  });
}

function has(program: string): boolean {
  return spawnSync('which', [program]).status === 0;
}

/** What the names of settings in a text are. */
function settingsIn(content: string): readonly string[] {
  return [...new Set(content.match(/\b(?:CONVEYANCE_[A-Z0-9_]+|DATABASE_URL)\b/g) ?? [])];
}

describe.each(FILES.map((file) => [file.slice(DEPLOY.length + 1), file] as const))('%s', (_name, file) => {
  it('names settings that exist', () => {
    const unknown = settingsIn(readFileSync(file, 'utf8')).filter((name) => !NAMES.has(name) && !NOT_OURS.has(name));
    expect(unknown).toEqual([]);
  });
});

it('a setting that does not exist would be seen', () => {
  expect(settingsIn('CONVEYANCE_PROT: 1').filter((name) => !NAMES.has(name))).toEqual(['CONVEYANCE_PROT']);
  expect(YAML.length).toBeGreaterThan(3);
});

const container = z.object({
  args: z.array(z.string()),
  env: z.array(z.object({ name: z.string(), value: z.string() })).default([]),
  ports: z.array(z.object({ name: z.string(), containerPort: z.int() })).default([]),
  securityContext: z.object({
    allowPrivilegeEscalation: z.literal(false),
    readOnlyRootFilesystem: z.literal(true),
    capabilities: z.object({ drop: z.tuple([z.literal('ALL')]) }),
  }),
  volumeMounts: z.array(z.object({ name: z.string(), mountPath: z.string() })),
});
const probe = z.object({ httpGet: z.object({ path: z.string(), port: z.string() }) });
const workload = z.object({
  kind: z.enum(['Deployment', 'Job']),
  metadata: z.object({ name: z.string() }),
  spec: z.object({
    selector: z.object({ matchLabels: z.record(z.string(), z.string()) }).optional(),
    template: z.object({
      metadata: z.object({ labels: z.record(z.string(), z.string()) }),
      spec: z.object({
        terminationGracePeriodSeconds: z.int().default(Number.POSITIVE_INFINITY),
        securityContext: z.object({ runAsNonRoot: z.literal(true), runAsUser: z.int().positive() }),
        containers: z.tuple([z.looseObject(container.shape)]),
        volumes: z.array(z.object({ name: z.string() })),
      }),
    }),
  }),
});
const SECRETS = {
  DATABASE_URL: 'postgres://conveyance:secret@db/conveyance',
  CONVEYANCE_MASTER_KEY: 'a master key that only tests know about',
};

describe('the Kubernetes manifests', () => {
  const all = YAML.filter((file) => file.includes('kubernetes')).flatMap(documents);
  const of = (kind: string) => all.filter((each) => z.object({ kind: z.string() }).parse(each).kind === kind);
  const workloads = [...of('Deployment'), ...of('Job')].map((each) => workload.parse(each));
  const [configuration] = of('ConfigMap').map(
    (each) => z.object({ data: z.record(z.string(), z.string()) }).parse(each).data,
  );

  it.each(workloads.map((each) => [each.metadata.name, each] as const))(
    '%s starts with good settings',
    (_name, { spec }) => {
      const { template, selector } = spec;
      const [{ env, args, ports, volumeMounts, ...more }] = template.spec.containers;
      const own = Object.fromEntries(env.map(({ name, value }) => [name, value]));
      const settings = readSettings({ ...SECRETS, ...configuration, ...own });
      expect(args).toEqual([expect.stringMatching(/^(?:serve|doctor)$/)]);
      for (const { name, containerPort } of ports)
        expect(containerPort).toBe(name === 'http' ? PORT : settings.metricsPort);
      for (const [name, value] of Object.entries(more)) {
        if (!name.endsWith('Probe')) continue;
        const { path, port } = probe.parse(value).httpGet;
        expect(ports.map((each) => each.name)).toContain(port);
        expect(port === 'http' ? PROBES.has(path) : path === '/metrics', `${name} ${path}`).toBe(true);
      }
      expect(volumeMounts.map(({ name }) => name).sort()).toEqual(template.spec.volumes.map(({ name }) => name).sort());
      expect(volumeMounts.map(({ mountPath }) => mountPath)).toEqual(['/var/lib/conveyance', '/tmp']);
      expect(template.spec.terminationGracePeriodSeconds).toBeGreaterThan(DRAIN_SECONDS);
      expect(template.metadata.labels).toMatchObject(selector?.matchLabels ?? {});
    },
  );

  it('have two of each role, a service for one, and a budget for both', () => {
    expect(workloads.map(({ metadata }) => metadata.name).sort()).toEqual([
      'conveyance-api',
      'conveyance-migration',
      'conveyance-worker',
    ]);
    expect(of('Service')).toMatchObject([
      { spec: { selector: { app: 'conveyance', role: 'api' }, ports: [{ targetPort: 'http' }] } },
    ]);
    const budgets = of('PodDisruptionBudget').map(
      (each) => z.object({ metadata: z.object({ name: z.string() }) }).parse(each).metadata.name,
    );
    expect(budgets).toEqual(['conveyance-api', 'conveyance-worker']);
  });
});

const composeFile = z.object({
  services: z.record(
    z.string(),
    z.object({
      image: z.string(),
      environment: z.record(z.string(), z.string()).default({}),
      volumes: z.array(z.string()).default([]),
      read_only: z.boolean().optional(),
      stop_grace_period: z.string().optional(),
      expose: z.array(z.string()).default([]),
    }),
  ),
  volumes: z.record(z.string(), z.null()),
});

describe.each(['compose.yaml', 'compose.fleet.yaml'])('%s', (name) => {
  const { services, volumes } = composeFile.parse(documents(join(DEPLOY, name))[0]);
  const ours = Object.entries(services).filter(([, { image }]) => image === 'conveyance');

  it.each(ours)('runs %s with good settings, locked down, for long enough to drain', (_service, service) => {
    const { environment, expose, read_only: isLocked, stop_grace_period: grace = '' } = service;
    const filled = Object.fromEntries(
      Object.entries(environment).map(([variable, value]) => [
        variable,
        value.replace(/\$\{\w+:\?\}/g, SECRETS.CONVEYANCE_MASTER_KEY),
      ]),
    );
    const { role, metricsPort, port } = readSettings({
      ...filled,
      ...(filled['DATABASE_URL'] && { DATABASE_URL: SECRETS.DATABASE_URL }),
    });
    const answers = role === 'worker' ? [] : [String(port)];
    expect(expose).toEqual([...answers, String(metricsPort)]);
    expect(isLocked).toBe(true);
    expect(Number.parseInt(grace, 10)).toBeGreaterThan(DRAIN_SECONDS);
  });

  it('declares every volume that it mounts', () => {
    const mounted = Object.values(services).flatMap((service) =>
      service.volumes.map((each) => each.split(':')[0] ?? ''),
    );
    const named = mounted.filter((each) => !each.startsWith('.'));
    expect([...new Set(named)].sort()).toEqual(Object.keys(volumes).sort());
    for (const path of mounted.filter((each) => each.startsWith('.')))
      expect(existsSync(join(DEPLOY, path)), path).toBe(true);
    expect(ours.length).toBe(name === 'compose.yaml' ? 1 : 4);
  });
});

describe('the image', () => {
  const lines = text('Dockerfile');

  it('runs the program that the build makes, as a user that is not root, and asks whether it is ready', () => {
    const final = lines.slice(lines.lastIndexOf('FROM '));
    expect(final.match(/^USER .+$/gm)).toEqual(['USER node']);
    const [, program = ''] = /ENTRYPOINT \["node", "\/app\/(.+)"\]/.exec(final) ?? [];
    expect(existsSync(join(ROOT, program)), program).toBe(true);
    const [, port, path = ''] = /fetch\('http:\/\/127\.0\.0\.1:(\d+)(\/\w+)'\)/.exec(final) ?? [];
    expect(Number(port)).toBe(PORT);
    expect(PROBES).toContain(path);
    expect(final).toContain(`EXPOSE ${PORT}\n`);
  });

  it('runs scripts that package.json has', () => {
    const { scripts } = z
      .object({ scripts: z.record(z.string(), z.string()) })
      .parse(JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')));
    const used = [...lines.matchAll(/npm run (\S+)/g)].map(([, script]) => script);
    expect(used).toEqual(['build']);
    expect(Object.keys(scripts)).toEqual(expect.arrayContaining(used));
  });
});

describe('the proxies', () => {
  it.each(['nginx.conf', 'Caddyfile'])(
    '%s leads to the port of the server, and lets the largest upload pass',
    (name) => {
      const content = text(name);
      expect(content).toMatch(new RegExp(`(?:127\\.0\\.0\\.1|conveyance):${PORT}\\b`));
      const [, megabytes] = /(?:client_max_body_size|max_size) (\d+)/.exec(content) ?? [];
      // 100 MiB in a form, in either counting.
      expect(Number(megabytes)).toBeGreaterThanOrEqual(106);
      for (const [, path = ''] of content.matchAll(/health_uri (\S+)/g)) expect(PROBES).toContain(path);
    },
  );

  it.skipIf(!has('nginx'))('nginx takes its sample (skipped where nginx is not installed)', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'conveyance-nginx-'));
    try {
      const key = [
        '-newkey',
        'rsa:2048',
        '-nodes',
        '-keyout',
        'privkey.pem',
        '-out',
        'fullchain.pem',
        '-subj',
        '/CN=data.example.com',
      ];
      expect(spawnSync('openssl', ['req', '-x509', ...key], { cwd: directory }).status).toBe(0);
      await writeFile(
        join(directory, 'conveyance.conf'),
        text('nginx.conf').replaceAll('/etc/ssl/conveyance', directory),
      );
      const main = `pid ${directory}/pid;\nerror_log ${directory}/error.log;\nevents {}\nhttp { access_log off; include ${directory}/conveyance.conf; }\n`;
      await writeFile(join(directory, 'nginx.conf'), main);
      const judged = spawnSync('nginx', ['-t', '-p', directory, '-c', join(directory, 'nginx.conf')], {
        encoding: 'utf8',
      });
      expect([judged.status, judged.stderr]).toEqual([0, expect.stringContaining('test is successful')]);
      // The positive control: it would be told what is wrong.
      await writeFile(join(directory, 'conveyance.conf'), 'server { listen 443 ssl; no_such_word on; }');
      expect(spawnSync('nginx', ['-t', '-p', directory, '-c', join(directory, 'nginx.conf')]).status).not.toBe(0);
    } finally {
      await rm(directory, { recursive: true, force: true });
    }
  });
});

describe('the unit of systemd', () => {
  const unit = text('conveyance.service');

  it('starts the program, and waits for a drain', () => {
    const [, program = ''] = /^ExecStart=\/usr\/bin\/node \/opt\/conveyance\/(\S+) serve$/m.exec(unit) ?? [];
    expect(existsSync(join(ROOT, program)), program).toBe(true);
    const [, seconds] = /^TimeoutStopSec=(\d+)s$/m.exec(unit) ?? [];
    expect(Number(seconds)).toBeGreaterThan(DRAIN_SECONDS);
    expect(unit).toContain('KillMode=mixed');
  });

  it.skipIf(!has('systemd-analyze'))(
    'is taken and found tight by systemd (skipped where systemd is not installed)',
    async () => {
      const directory = await mkdtemp(join(tmpdir(), 'conveyance-unit-'));
      try {
        const file = join(directory, 'conveyance.service');
        await writeFile(file, unit.replace('/usr/bin/node /opt/conveyance', `${process.execPath} ${ROOT}`));
        const verified = spawnSync('systemd-analyze', ['verify', file], { encoding: 'utf8' });
        expect([verified.status, verified.stderr]).toEqual([0, '']);
        // In tenths, 0 is the tightest.
        const scored = (path: string) =>
          spawnSync('systemd-analyze', ['security', '--offline=yes', '--threshold=20', path]).status;
        expect(scored(file)).toBe(0);
        await writeFile(file, unit.replace(/^(?:Protect|Private|Restrict|SystemCall).*$/gm, ''));
        expect(scored(file)).not.toBe(0);
      } finally {
        await rm(directory, { recursive: true, force: true });
      }
    },
  );
});

describe.skipIf(!has('bwrap'))(
  'a file system that can only be read (skipped where bubblewrap is not installed)',
  () => {
    it(
      'is enough for the server: no rights, one folder of its own, and an ordinary user',
      async () => {
        const directory = await mkdtemp(join(tmpdir(), 'conveyance-locked-'));
        const dataDir = join(directory, 'data');
        await mkdir(dataDir, { mode: 0o700 });
        const view = [
          '--ro-bind',
          '/',
          '/',
          '--dev',
          '/dev',
          '--proc',
          '/proc',
          '--tmpfs',
          '/tmp',
          '--bind',
          dataDir,
          '/tmp/data',
        ];
        const rights = [
          '--unshare-user',
          '--uid',
          '1000',
          '--gid',
          '1000',
          '--unshare-pid',
          '--cap-drop',
          'ALL',
          '--die-with-parent',
        ];
        const argv = [
          ...view,
          ...rights,
          process.execPath,
          PROGRAM,
          'serve',
          '--port',
          '0',
          '--data-dir',
          '/tmp/data',
          '--json',
        ];
        const env = {
          ...process.env,
          CONVEYANCE_DRAIN_SECONDS: '0',
          CONVEYANCE_WORKERS: '1',
          CONVEYANCE_LOG_LEVEL: 'error',
        };
        const server = spawn('bwrap', argv, { env });
        const ended = once(server, 'close');
        let err = '';
        server.stderr.on('data', (piece) => {
          err += piece;
        });
        try {
          const first = createInterface({ input: server.stdout })[Symbol.asyncIterator]().next();
          const line = await Promise.race([first, ended.then(() => null)]);
          if (line === null || line.done) throw new Error(`the server did not start: ${err}`);
          const { url } = z.object({ url: z.string() }).parse(JSON.parse(line.value));
          const ready = await until(
            async () => (await fetch(`${url}/readyz`)).status,
            (status) => status === 200,
          );
          expect(ready).toBe(200);
        } finally {
          server.kill('SIGTERM');
          await ended;
          await rm(directory, { recursive: true, force: true });
        }
      },
      TIMEOUT_MS,
    );
  },
);
