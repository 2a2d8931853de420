/** Before tests of inside rooms: whoever starts a process, listens or connects there throws, so that they stay quick and run anywhere. */
import childProcess from 'node:child_process';
import { syncBuiltinESMExports } from 'node:module';
import net from 'node:net';

function refused(what: string): () => never {
  return () => {
    throw new Error(`a test of an inside room ${what}: it belongs to those on real parts (vitest.config.ts)`);
  };
}

// Every way to start one asynchronously ends here; the synchronous ones each by its own name.
Object.assign(childProcess.ChildProcess.prototype, { spawn: refused('starts a process') });
for (const name of ['spawnSync', 'execSync', 'execFileSync'] as const) {
  Object.assign(childProcess, { [name]: refused('starts a process') });
}
net.Server.prototype.listen = refused('listens');
net.Socket.prototype.connect = refused('connects');
// Also for who imports the functions by their names.
syncBuiltinESMExports();
