/** Expressions that read a text again from each of its places are an error of the lint, wherever a client’s text may come. */
import { Linter } from 'eslint';
import { describe, expect, test } from 'vitest';

interface Entry {
  readonly files?: readonly string[];
  readonly plugins?: Readonly<Record<string, unknown>>;
  readonly rules?: Linter.RulesRecord;
}

const CONFIG_FILE = '../../../eslint.config.mjs';

/** The rules about expressions, as the project has them. */
async function ruleset(): Promise<Entry> {
  const { default: entries } = (await import(CONFIG_FILE)) as { readonly default: readonly Entry[] };
  const found = entries.find(({ plugins = {} }) => 'regexp' in plugins);
  if (found === undefined) throw new Error('no rules about regular expressions');
  return found;
}

async function isRefused(expression: string): Promise<boolean> {
  const { rules, plugins } = await ruleset();
  const config = { rules, plugins } as Linter.Config;
  const messages = new Linter({ configType: 'flat' }).verify(`export const form = ${expression};`, [config]);
  expect(messages.filter(({ fatal }) => fatal)).toEqual([]);
  return messages.length > 0;
}

describe('the lint', () => {
  test.each([
    // Of the headers of a form’s parts: 1.6 MB of blanks took 9.5 s.
    String.raw`/^[ \t]*(.*?)[ \t]*$/`,
    '/^X:(.*?) *$/',
    String.raw`/\s+$/`,
    String.raw`/[ \t]*\n/`,
    '/^(a+)+$/',
    String.raw`/^(?:\w+\s?)*$/`,
    '/^.*a.*b$/',
  ])('refuses %s', async (expression) => {
    expect(await isRefused(expression)).toBe(true);
  });

  test.each([
    String.raw`/^[!#$%&'*+.^_0-9A-Za-z-]+[ \t]*$/`,
    String.raw`/^\d{5}(?:-\d{4})?$/`,
    String.raw`/\r\n(?=[ \t])/g`,
  ])('takes %s', async (expression) => {
    expect(await isRefused(expression)).toBe(false);
  });

  test('looks at everything that may read a client’s text', async () => {
    const { files } = await ruleset();
    expect(files).toEqual(expect.arrayContaining(['server/src/**/*.ts', 'sdk/src/**/*.ts', 'cli/src/**/*.ts']));
  });
});
