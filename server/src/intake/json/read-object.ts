import { type FileSource, type JsonObject, MAX_OBJECT_BYTES } from '../../core/ports/intake.ts';
import { ByteWindow, openSource } from '../bytes/byte-window.ts';
import { JsonReader, NO_FIELD } from './json-reader.ts';
import { type JsonLimits, JsonText } from './json-text.ts';

/** Reads the source with `work` and releases it, however that ends. */
export async function withJson<Result>(
  source: AsyncIterable<Uint8Array>,
  limits: JsonLimits,
  work: (json: JsonReader) => Promise<Result>,
): Promise<Result> {
  const window = new ByteWindow(source);
  try {
    return await work(new JsonReader(new JsonText(window, limits)));
  } finally {
    await window.close();
  }
}

/** `Intake.readObject`. */
export async function readObject(file: FileSource, name: string): Promise<JsonObject> {
  return withJson(openSource(file), { name, maxBytes: MAX_OBJECT_BYTES }, (json) => json.document(NO_FIELD));
}

/** `Intake.parseObject`. */
export async function parseObject(text: string, name: string): Promise<JsonObject> {
  return readObject(oneChunk(Buffer.from(text)), name);
}

async function* oneChunk(bytes: Uint8Array): AsyncGenerator<Uint8Array, void, undefined> {
  yield bytes;
}
