/** The clients of the listeners, in a process of their own so that their memory does not count as the server's: they open streams and count events. */
import { Agent, get } from 'node:http';

const [url = '', each = '0', ...tokens] = process.argv.slice(2);
const agent = new Agent({ keepAlive: false, maxSockets: Number.POSITIVE_INFINITY });
const all = tokens.length * Number(each);
let told = 0;

function listen(token: string): Promise<void> {
  return new Promise((resolve, reject) => {
    get(url, { agent, headers: { authorization: `Bearer ${token}` } }, (response) => {
      if (response.statusCode !== 200) reject(new Error(`answered with ${response.statusCode}`));
      response.setEncoding('utf8').on('data', (text: string) => {
        const before = told;
        told += text.split('event: job').length - 1;
        if (Math.floor(told / all) > Math.floor(before / all)) process.send?.('told');
      });
      resolve();
    }).once('error', reject);
  });
}

for (const token of tokens) await Promise.all(Array.from({ length: Number(each) }, () => listen(token)));
process.once('message', () => process.exit(0));
process.send?.('open');
