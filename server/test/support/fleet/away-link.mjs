// node away-link.mjs PORT=SOCKET…, inside a network namespace: each port of its loopback leads to a Unix socket, which namespaces share.
import { connect, createServer } from 'node:net';

const servers = process.argv.slice(2).map((pair) => {
  const [port, path] = pair.split('=');
  const server = createServer({ allowHalfOpen: true }, (near) => {
    const far = connect({ path, allowHalfOpen: true });
    near.pipe(far).pipe(near);
    near.on('error', () => far.destroy());
    far.on('error', () => near.destroy());
  });
  return new Promise((resolve) => server.listen(Number(port), '127.0.0.1', resolve));
});
await Promise.all(servers);
process.stdout.write('ready\n');
