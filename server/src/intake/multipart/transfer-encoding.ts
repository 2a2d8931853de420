import { ConveyanceError } from '../../core/errors.ts';

const IDENTITIES: ReadonlySet<string> = new Set(['binary', '8bit', '7bit']);
const WHITE_SPACE = /[\r\n\t ]+/g;
const BASE64 = /^[A-Za-z0-9+/]*={0,2}$/;
/** Characters that stand for three bytes. */
const GROUP = 4;

async function* decodeBase64(
  content: AsyncIterable<Uint8Array>,
  name: string,
): AsyncGenerator<Uint8Array, void, undefined> {
  const refuse = () => new ConveyanceError('invalid_parameter', `the part ${name} of the form is not valid base64`);
  let rest = '';
  for await (const bytes of content) {
    const text = rest + Buffer.from(bytes).toString('latin1').replace(WHITE_SPACE, '');
    if (!BASE64.test(text)) throw refuse();
    const whole = text.length - (text.length % GROUP);
    rest = text.slice(whole);
    if (whole > 0) yield Buffer.from(text.slice(0, whole), 'base64');
  }
  if (rest !== '') throw refuse();
}

/** The content of a part. RFC 7578 §4.7 deprecates encodings; base64, from older rules, is read too. */
export function decodeTransfer(
  content: AsyncIterable<Uint8Array>,
  { name, transferEncoding }: { readonly name: string; readonly transferEncoding: string },
): AsyncIterable<Uint8Array> {
  if (IDENTITIES.has(transferEncoding)) return content;
  if (transferEncoding === 'base64') return decodeBase64(content, JSON.stringify(name));
  throw new ConveyanceError(
    'invalid_parameter',
    `the part ${JSON.stringify(name)} of the form has Content-Transfer-Encoding ${JSON.stringify(transferEncoding)}; send its bytes as they are`,
  );
}
