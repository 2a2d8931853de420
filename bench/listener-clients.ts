/** The clients of `listeners.ts`, in a separate process so that their memory does not count as the server's: opens streams and counts events. */
import { Agent, get } from 'node:http';

const [url = '', authorization = '', count = '0'] = process.argv.slice(2);
const agent = new Agent({ keepAlive: false, maxSockets: Number.POSITIVE_INFINITY });
let opened = 0;
let told = 0;

function listen(): Promise<void> {
  return new Promise((resolve, reject) => {
    get(url, { agent, headers: { authorization } }, (response) => {
      if (response.statusCode !== 200) reject(new Error(`answered with ${response.statusCode}`));
      response.setEncoding('utf8').on('data', (text: string) => {
        told += text.split('event: job').length - 1;
        if (told === opened) process.send?.('told');
      });
      opened += 1;
      resolve();
    }).once('error', reject);
  });
}

while (opened < Number(count)) await Promise.all(Array.from({ length: 50 }, listen));
process.once('message', () => process.exit(0));
process.send?.('open');
