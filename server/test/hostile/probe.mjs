// node probe.mjs, with a channel to its parent: what others notice of an attack, measured in a process that has no part in it.
//
// Sends requests by the clock, whether or not the ones before were answered: a server that stands still for a second has kept all of that
// second's requests waiting. Beside that it sums up the memory of the server's processes, and has one export job made after the other.
import { readdirSync, readFileSync } from 'node:fs';
import { Agent, request } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';

const SAMPLE_MS = 500;
const POLL_MS = 250;
/** Of a request that nobody answers. */
const PATIENCE_MS = 60_000;
const MOST_UNANSWERED = 1_000;
const KIB = 1024;

const agents = new Map();
let answers = [];
let unanswered = 0;
let peakBytes = 0;
let bytes = 0;
const jobs = { succeeded: 0, failed: [] };

function ask({ port, from, method = 'GET', path, headers = {}, body }) {
  const agent = agents.get(from) ?? new Agent({ keepAlive: true, localAddress: from, maxSockets: 16 });
  agents.set(from, agent);
  return new Promise((resolve) => {
    const sent = request(
      { host: '127.0.0.1', port, method, path, agent, headers, timeout: PATIENCE_MS },
      (response) => {
        let text = '';
        response.setEncoding('utf8');
        response.on('data', (piece) => {
          if (text.length < 100_000) text += piece;
        });
        response.on('error', (error) => resolve({ status: 0, text: String(error) }));
        response.on('end', () => resolve({ status: response.statusCode, text }));
      },
    );
    sent.on('timeout', () => sent.destroy(new Error(`no answer in ${PATIENCE_MS} ms`)));
    sent.on('error', (error) => resolve({ status: 0, text: String(error) }));
    sent.end(body);
  });
}

/** Of one kind of request: the next of its list each time. */
function send({ kind, everyMs, requests }) {
  let next = 0;
  setInterval(async () => {
    if (unanswered >= MOST_UNANSWERED) return;
    unanswered++;
    const options = requests[next++ % requests.length];
    const [startedAt, at] = [performance.now(), Date.now()];
    const { status, text } = await ask(options);
    unanswered--;
    const what = `${options.method ?? 'GET'} ${options.path.split('?')[0]}`;
    answers.push({
      kind,
      what,
      at,
      status,
      ms: performance.now() - startedAt,
      text: status < 400 ? '' : text.slice(0, 200),
    });
  }, everyMs);
}

async function makeJobs({ create, read }) {
  for (;;) {
    const made = await ask(create);
    if (made.status !== 200) {
      jobs.failed.push(`not made: ${made.status} ${made.text.slice(0, 200)}`);
      await delay(POLL_MS);
      continue;
    }
    const { job_id: id } = JSON.parse(made.text);
    let status = 'submitted';
    while (status === 'submitted') {
      await delay(POLL_MS);
      const told = await ask({ ...read, path: read.path + id });
      status = told.status === 200 ? JSON.parse(told.text).status : status;
    }
    if (status === 'succeeded') jobs.succeeded++;
    else jobs.failed.push(`${id} ${status}`);
  }
}

function read(path) {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    // The process has ended meanwhile.
    return '';
  }
}

/** The process and all below it. */
function tree(root) {
  const parents = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map((name) => [Number(name), Number(read(`/proc/${name}/stat`).split(') ').at(-1)?.split(' ')[1])]);
  const found = [root];
  for (const pid of found) found.push(...parents.filter(([, parent]) => parent === pid).map(([child]) => child));
  return found;
}

/** Pages that several share count once. */
function bytesOf(pid) {
  return Number(/^Pss:\s+(\d+) kB/m.exec(read(`/proc/${pid}/smaps_rollup`))?.[1] ?? 0) * KIB;
}

/** Where the system tells it. */
async function watchMemory({ pid, databaseUrl }) {
  if (process.platform !== 'linux') return;
  const database = new pg.Client({ connectionString: databaseUrl });
  await database.connect();
  for (;;) {
    // The connections of the server's database are processes of its too.
    const { rows } = await database.query(
      'select pid from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()',
    );
    const pids = new Set([...tree(pid), ...rows.map((row) => row.pid)]);
    bytes = [...pids].reduce((sum, each) => sum + bytesOf(each), 0);
    peakBytes = Math.max(peakBytes, bytes);
    await delay(SAMPLE_MS);
  }
}

function take() {
  const taken = {
    answers,
    peakBytes,
    bytes,
    unanswered,
    jobs: { succeeded: jobs.succeeded, failed: jobs.failed },
  };
  answers = [];
  jobs.failed = [];
  peakBytes = bytes;
  return taken;
}

process.on('message', ({ start, take: takes }) => {
  if (start !== undefined) {
    for (const kind of start.kinds) send(kind);
    void makeJobs(start.jobs);
    watchMemory(start).catch((error) => process.send({ failed: String(error) }));
  }
  if (takes === true) process.send({ taken: take() });
});
// The parent is gone.
process.once('disconnect', () => process.exit(0));
