/** Deliveries over https: the certificate is judged for the name, while the connection goes to the judged address. */
import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TLSSocket } from 'node:tls';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { createWebhookSender, type WebhookSenderOptions } from '../../src/webhooks/send.ts';
import { message, NEVER, startReceiver } from '../webhooks/receiver.ts';

interface Certificate {
  readonly key: string;
  readonly cert: string;
}

let directory: string;
let valid: Certificate;
let expired: Certificate;

/** A certificate that is its own authority, for the name and the address that the tests deliver to. */
function issueCertificate(): Certificate {
  const [keyFile, certFile] = [join(directory, 'key.pem'), join(directory, 'cert.pem')];
  const subject = ['-subj', '/CN=hooks', '-addext', 'subjectAltName=DNS:hooks.example.com,IP:127.0.0.1', '-days', '2'];
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-keyout', keyFile];
  execFileSync('openssl', ['req', '-x509', ...key, '-out', certFile, ...subject], { stdio: 'pipe' });
  return { key: readFileSync(keyFile, 'utf8'), cert: readFileSync(certFile, 'utf8') };
}

/** The same, signed anew with an end that lies a day back. */
function expire({ key }: Certificate): Certificate {
  const files = ['-in', join(directory, 'cert.pem'), '-signkey', join(directory, 'key.pem')];
  const cert = execFileSync('openssl', ['x509', ...files, '-days', '-1'], { stdio: 'pipe' }).toString();
  return { key, cert };
}

beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'conveyance-tls-'));
  valid = issueCertificate();
  expired = expire(valid);
});

afterAll(() => rmSync(directory, { recursive: true, force: true }));

/** Answers 204 and notes the server name that each client asked for. */
async function startSecureReceiver(certificate: Certificate) {
  const serverNames: unknown[] = [];
  const server = createServer(certificate, (request, response) => {
    serverNames.push((request.socket as TLSSocket & { readonly servername?: unknown }).servername);
    request.resume().on('end', () => response.writeHead(204).end());
  });
  server.on('tlsClientError', (_error, socket) => socket.destroy());
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(async () => {
    server.closeAllConnections();
    server.close();
    await once(server, 'close');
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the test server listens on no port');
  return { port: address.port, serverNames };
}

function sender(options: Partial<WebhookSenderOptions> = {}) {
  const made = createWebhookSender({
    allow: ['127.0.0.1'],
    clock: () => new Date(),
    version: '0.0.0',
    lookup: async () => ['127.0.0.1'],
    certificateAuthorities: [valid.cert],
    ...options,
  });
  onTestFinished(() => made.close());
  return made;
}

describe('https', () => {
  test.each(['hooks.example.com', 'HOOKS.example.com.'])('%s is asked for by its name', async (host) => {
    const { port, serverNames } = await startSecureReceiver(valid);
    expect(await sender().send(message(`https://${host}:${port}/`), NEVER)).toMatchObject({
      status: 204,
      failure: null,
    });
    expect(serverNames).toEqual(['hooks.example.com']);
  });

  test('an address is compared with the addresses of the certificate and sent as no name', async () => {
    const { port, serverNames } = await startSecureReceiver(valid);
    expect(await sender().send(message(`https://127.0.0.1:${port}/`), NEVER)).toMatchObject({ status: 204 });
    expect(serverNames).toEqual([false]);
  });

  test('a certificate for another name is refused', async () => {
    const { port, serverNames } = await startSecureReceiver(valid);
    const attempt = await sender().send(message(`https://other.example.com:${port}/`), NEVER);
    expect(attempt).toMatchObject({ status: null, failure: expect.stringContaining('for another host name') });
    expect(serverNames).toEqual([]);
  });

  test('a certificate of nobody’s authority is refused', async () => {
    const { port, serverNames } = await startSecureReceiver(valid);
    const attempt = await sender({ certificateAuthorities: [] }).send(
      message(`https://hooks.example.com:${port}/`),
      NEVER,
    );
    expect(attempt).toMatchObject({ status: null, failure: expect.stringContaining('not trusted') });
    expect(serverNames).toEqual([]);
  });

  test('a certificate past its time is refused', async () => {
    const { port } = await startSecureReceiver(expired);
    const trusting = sender({ certificateAuthorities: [expired.cert] });
    const attempt = await trusting.send(message(`https://hooks.example.com:${port}/`), NEVER);
    expect(attempt).toMatchObject({ status: null, failure: expect.stringContaining('has expired') });
  });

  test('a port that speaks plain HTTP is told as such', async () => {
    const plain = await startReceiver();
    onTestFinished(() => plain.close());
    const attempt = await sender().send(message(`https://127.0.0.1:${plain.port}/`), NEVER);
    expect(attempt).toMatchObject({ status: null, failure: expect.stringContaining('No TLS connection') });
    expect(plain.deliveries).toHaveLength(0);
  });

  test('an inner address is refused before the handshake begins', async () => {
    const canary = await startReceiver();
    onTestFinished(() => canary.close());
    const attempt = await sender({ allow: [] }).send(message(`https://hooks.example.com:${canary.port}/`), NEVER);
    expect(attempt).toMatchObject({ status: null, failure: expect.stringContaining('public address') });
    expect(canary.connections()).toBe(0);
  });
});
