import { describe, expect, it } from 'vitest';
import { choice, day, flag, month, text, texts, wholeNumber } from '../src/terminal/options.ts';
import { parsePropertyId, readPropertyIds } from '../src/terminal/property-id-list.ts';

const about = { description: '' };

describe('options', () => {
  it('take the last of several values, or all where they are a list', () => {
    expect(text('<x>', about).read(['a', 'b'], '--x')).toBe('b');
    expect(text('<x>', about).read([], '--x')).toBeUndefined();
    expect(texts('<x>', about).read(['a', 'b'], '--x')).toEqual(['a', 'b']);
    expect(flag(about).read([''], '--x')).toBe(true);
    expect(flag(about).read([], '--x')).toBe(false);
  });

  it('name the words that there are', () => {
    const format = choice(['csv', 'jsonl'], about);
    expect(format.read(['jsonl'], '--format')).toBe('jsonl');
    expect(() => format.read(['xlsx'], '--format')).toThrow('--format must be one of: csv, jsonl; got "xlsx"');
  });

  it.each(['-1', '1.5', '1e3', '', ' 2', 'two', '9'.repeat(16)])('take no "%s" for a whole number', (word) => {
    expect(() => wholeNumber('<n>', 0, about).read([word], '--n')).toThrow(/^--n must be a whole number from 0/);
  });

  it('know the lowest number', () => {
    expect(wholeNumber('<n>', 1, about).read(['1'], '--n')).toBe(1);
    expect(() => wholeNumber('<n>', 1, about).read(['0'], '--n')).toThrow('from 1; got "0"');
  });

  it('let a month stand for its first or last day', () => {
    expect(day('first', about).read(['2024-02'], '--from')).toBe('2024-02-01');
    expect(day('last', about).read(['2024-02'], '--to')).toBe('2024-02-29');
    expect(day('last', about).read(['2024-02-03'], '--to')).toBe('2024-02-03');
  });

  it.each(['2025-02-30', '2025-13', '2025', 'yesterday', ''])('take no "%s" for a day', (word) => {
    expect(() => day('first', about).read([word], '--from')).toThrow(/^--from must be a day/);
  });

  it('take a month', () => {
    expect(month(about).read(['2025-12'], '--end')).toBe('2025-12');
    expect(() => month(about).read(['2025-00'], '--end')).toThrow('--end must be a month (2025-12); got "2025-00"');
  });
});

async function* none(): AsyncGenerator<string> {}

describe('property ids', () => {
  const read = (...chunks: (string | Uint8Array)[]) =>
    readPropertyIds('-', {
      stdin: (async function* () {
        yield* chunks;
      })(),
    });

  it('come one a line or with commas, in whatever pieces', async () => {
    expect(await read('99001416\n990', '01470\r\n\n', '1, 2,3')).toEqual([99001416, 99001470, 1, 2, 3]);
    expect(await read(new TextEncoder().encode('7\n8'))).toEqual([7, 8]);
  });

  it('name the line that holds something else', async () => {
    await expect(read('1\n2\nid\n')).rejects.toThrow('standard input, line 3: "id" is not a property id');
  });

  it('come from a file that exists', async () => {
    await expect(readPropertyIds('/nowhere/ids.txt', { stdin: none() })).rejects.toThrow(
      'there is no file /nowhere/ids.txt',
    );
    await expect(readPropertyIds('/', { stdin: none() })).rejects.toThrow('/ is a directory, not a file');
  });

  it('must be there', async () => {
    await expect(read('\n')).rejects.toThrow('standard input holds no property ids');
  });

  it.each(['0', '-1', '1.0', '9007199254740993', '1e5', '0x10'])('are never %s', (word) => {
    expect(() => parsePropertyId(word, '--ids')).toThrow('is not a property id');
  });
});
