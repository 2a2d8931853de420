import { describe, expect, it } from 'vitest';
import { parseColumnNames } from '../../src/cli/operator/column-names.ts';

describe('column names', () => {
  it('are ours and theirs; theirs may have an equals sign', () => {
    expect([...parseColumnNames(['rent=asking', 'state=a=b'])]).toEqual([
      ['rent', 'asking'],
      ['state', 'a=b'],
    ]);
  });

  it.each([['rent'], ['=x'], ['rent=']])('refuse %s', (word) => {
    expect(() => parseColumnNames([word])).toThrow('--map must be COLUMN=their_column');
  });

  it('refuse a column that is named twice', () => {
    expect(() => parseColumnNames(['a=b', 'a=c'])).toThrow('--map names the column a twice');
  });
});
