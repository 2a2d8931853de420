/** Stands before a machine as a printer that is wrong would: the statements that it passes on are other ones. */
import { createServer } from 'node:http';
import { freePort } from '../../src/http/server/listening.ts';

export type Alter = (statement: string) => string;

export interface AlteringProxy {
  readonly url: string;
  /** How many statements were not what they had been. */
  altered(): number;
  close(): Promise<void>;
}

export async function alteringProxy(target: string, alter: Alter): Promise<AlteringProxy> {
  let altered = 0;
  const server = createServer((request, answer) => {
    const pass = async () => {
      const pieces: Buffer[] = [];
      for await (const piece of request) pieces.push(piece as Buffer);
      const statement = Buffer.concat(pieces).toString('utf8');
      const other = alter(statement);
      if (other !== statement) altered += 1;
      const { authorization = '' } = request.headers;
      const passed = await fetch(`${target}${request.url}`, {
        method: request.method ?? 'POST',
        headers: { authorization },
        ...(other !== '' && { body: other }),
      });
      answer.writeHead(
        passed.status,
        Object.fromEntries([...passed.headers].filter(([name]) => name.startsWith('x-'))),
      );
      answer.end(Buffer.from(await passed.arrayBuffer()));
    };
    pass().catch(() => answer.destroy());
  });
  const port = await freePort('127.0.0.1');
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${port}`,
    altered: () => altered,
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}
