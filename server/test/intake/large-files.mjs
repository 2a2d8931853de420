/** A process of its own, so that its memory is what the work in it takes. Prints one line of JSON: bytes beyond what it had before. */
import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const [program, work, directory] = process.argv.slice(2);
const load = (path) => import(join(program, path));
const { createIntake } = await load('intake/intake.js');
const { createDiskStore } = await load('storage/disk/disk.js');
const { default: Fastify } = await import('fastify');
const { leaveBodiesUnread } = await load('http/server/routes.js');
const { receiveUpload } = await load('http/dialects/reonomy/upload.js');

const store = createDiskStore({ root: directory });
const intake = createIntake({ store, ids: randomUUID });

/**
 * The peak of the whole process, from the system: nothing between two samples escapes it. Not from `resourceUsage` where it can be helped:
 * Linux counts in there what the parent had when it started this process.
 */
function peakBytes() {
  try {
    const [, kibibytes] = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync('/proc/self/status', 'utf8')) ?? [];
    return Number(kibibytes) * 1024;
  } catch {
    // There is no such file: this is not Linux, and the figure is the process's own.
    return process.resourceUsage().maxRSS * 1024;
  }
}

let before = 0;
const begin = () => {
  before = process.memoryUsage.rss();
};
const end = (more) => {
  const rise = peakBytes() - before;
  process.stdout.write(`${JSON.stringify({ rise, ...more })}\n`);
};

const WORKS = {
  async upload() {
    const app = Fastify();
    leaveBodiesUnread(app);
    app.post('/', async (request) => {
      const upload = await receiveUpload({ intake }, request);
      const { bytes } = upload.file;
      await upload.dispose();
      return { bytes };
    });
    app.addHook('onResponse', async () => {
      end({});
      setImmediate(() => app.close());
    });
    const url = await app.listen({ host: '127.0.0.1', port: 0 });
    begin();
    process.stdout.write(`${JSON.stringify({ url })}\n`);
  },
  async ids() {
    const path = join(directory, 'spec.json');
    begin();
    const { propertyIds } = await intake.readDetailsSpec(path);
    end({ ids: propertyIds.size });
  },
  async rows() {
    begin();
    const { dialect, columns, batches } = await intake.readRows(join(directory, 'rows.csv'));
    async function* rows() {
      for await (const batch of batches) yield batch.map(({ cells }) => ({ before: ['x'], source: cells, after: [] }));
    }
    const written = await store.create('results/rows/out.csv');
    const target = { target: written, dialect, before: ['id'], source: columns, after: [] };
    const counted = await intake.writeRows(target, rows());
    await written.finish();
    end(counted);
  },
};
await WORKS[work]();
