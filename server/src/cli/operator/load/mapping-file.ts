/** A mapping file on this machine: YAML, with the line and column of what is wrong in it. */
import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { usage } from '@conveyance/cli/terminal';
import { type Document, isMap, isPair, isScalar, LineCounter, parseDocument, visit } from 'yaml';
import { type FileMapping, type MappingFault, readMapping } from '../../../warehouse/mapping/mapping.ts';

/** Larger ones are no mapping. */
const MAX_BYTES = 262_144;
const FAULTS_NAMED = 10;

export interface MappingFile {
  readonly name: string;
  readonly files: readonly FileMapping[];
  /** What the text says, as plain data. */
  readonly document: unknown;
}

/** Where in the text the value is, or the key if it has none there. */
function offsetOf(document: Document, path: MappingFault['path']): number {
  for (let length = path.length; length >= 0; length--) {
    const parent = length === 0 ? document.contents : document.getIn(path.slice(0, length - 1), true);
    const key = path[length - 1];
    if (length > 0 && isMap(parent)) {
      const pair = parent.items.find((item) => isPair(item) && isScalar(item.key) && item.key.value === key);
      if (pair !== undefined && isScalar(pair.key) && pair.key.range) return pair.key.range[0];
    }
    const node = document.getIn(path.slice(0, length), true);
    if (typeof node === 'object' && node !== null && 'range' in node && Array.isArray(node.range))
      return Number(node.range[0]);
  }
  return 0;
}

/** Faults of the text itself. An alias would be read as often as it stands there, a thousand times of a thousand. */
function textFaults(document: Document): readonly { readonly offset: number; readonly message: string }[] {
  const faults = document.errors.map(({ pos, message }) => ({
    offset: pos[0],
    message: message.split(' at line ')[0] ?? message,
  }));
  visit(document, {
    Alias: (_, { range, source }) => {
      faults.push({ offset: range?.[0] ?? 0, message: `an alias is not read here: write what *${source} stands for` });
    },
  });
  return faults;
}

async function readText(path: string): Promise<string> {
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    const reason = error.code === 'ENOENT' ? 'there is no such file' : error.message;
    throw usage(`--mapping ${path} cannot be read: ${reason}`);
  });
  if (Buffer.byteLength(text) > MAX_BYTES) throw usage(`--mapping ${path} is larger than ${MAX_BYTES} bytes`);
  return text;
}

function refuse(faults: readonly string[]): never {
  const more = faults.length > FAULTS_NAMED ? [`and ${faults.length - FAULTS_NAMED} more`] : [];
  throw usage([...faults.slice(0, FAULTS_NAMED), ...more].join('\n'));
}

/** Throws a usage error with every fault by line and column. @param path as it was typed. */
export async function readMappingFile(path: string): Promise<MappingFile> {
  const text = await readText(path);
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines });
  const at = (offset: number) => {
    const { line, col } = lines.linePos(offset);
    return `${path}:${line}:${col}`;
  };
  const wrong = textFaults(document);
  if (wrong.length > 0) refuse(wrong.map(({ offset, message }) => `${at(offset)}: ${message}`));
  const value: unknown = document.toJS();
  const { files, faults } = readMapping(value);
  if (files === null) {
    refuse(faults.map(({ path: where, message }) => `${at(offsetOf(document, where))}: ${where.join('.')} ${message}`));
  }
  return { name: basename(path), files, document: value };
}
