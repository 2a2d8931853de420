// node --input-type=module --eval TEXT-OF-THIS PROGRAM embedded DATA_DIR PASSWORD | PROGRAM database URL
// Prints one JSON line when it is ready, then obeys lines of stdin.
import { createInterface } from 'node:readline';
import { pathToFileURL } from 'node:url';

const [program, what, target, password] = process.argv.slice(1);
const load = (path) => import(pathToFileURL(`${program}/postgres/${path}`).href);
const log = { info: () => undefined, warn: () => undefined, error: (...line) => console.error(...line) };
const print = (message) => console.log(JSON.stringify(message));
const commands = createInterface(process.stdin);

if (what === 'embedded') {
  const { startEmbedded } = await load('embedded/embedded.js');
  const server = await startEmbedded({ dataDir: target, password, log });
  print(server);
  for await (const command of commands) {
    await server[command]();
    print({ done: command });
    break;
  }
} else {
  const { openDatabase } = await load('database.js');
  const db = await openDatabase({ url: target, log, applicationName: 'other process' });
  db.subscribe('task-ready', () => print({ topic: 'task-ready' }));
  db.subscribe('job-finished', (payload) => print({ topic: 'job-finished', payload }));
  print({ ready: true });
  for await (const _ of commands) break;
  await db.close();
}
commands.close();
process.stdin.destroy();
