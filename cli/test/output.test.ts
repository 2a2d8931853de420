import { describe, expect, it } from 'vitest';
import { Output } from '../src/terminal/output.ts';
import { formatBytes, formatCount, formatSeconds, formatTable } from '../src/terminal/table.ts';
import { recordingStream } from './streams.ts';

function output({ json = false, terminal = false, env = {} } = {}) {
  const stdout = recordingStream(terminal);
  const stderr = recordingStream(terminal);
  return { out: new Output({ stdout: stdout.stream, stderr: stderr.stream, env }, json), stdout, stderr };
}

describe('Output', () => {
  it('prints fields as lines, or as one line of JSON', () => {
    const lines = output();
    lines.out.fields({ id: 7, name: null });
    expect(lines.stdout.text()).toBe('id    7\nname  -\n');
    const json = output({ json: true });
    json.out.fields({ id: 7, name: null });
    expect(json.stdout.text()).toBe('{"id":7,"name":null}\n');
  });

  it('keeps messages off standard output', () => {
    const { out, stdout, stderr } = output();
    out.say('hello');
    out.fail('broken', ['try this']);
    expect(stdout.text()).toBe('');
    expect(stderr.text()).toBe('hello\nerror: broken\n  try this\n');
  });
});

describe('stages', () => {
  it('end in a line with title and result where nothing can be redrawn', async () => {
    const { out, stderr } = output();
    const result = await out.stages.run('Count', async (stage) => {
      stage.progress(1, 2);
      stage.result('3 of them');
      return 3;
    });
    expect(result).toBe(3);
    expect(stderr.text()).toMatch(/^✓ Count +\d+\.\d s {2}3 of them\n$/);
  });

  it('mark a failure and throw it on', async () => {
    const { out, stderr } = output();
    const failure = new Error('no');
    await expect(out.stages.run('Count', () => Promise.reject(failure))).rejects.toBe(failure);
    expect(stderr.text()).toMatch(/^✗ Count +\d+\.\d s\n$/);
  });

  it('draw a bar on a terminal and leave one line behind', async () => {
    const { out, stderr } = output({ terminal: true });
    await out.stages.run('Count', async (stage) => {
      stage.progress(1, 2, 'half');
      await expect.poll(() => stderr.text()).toContain('half');
    });
    expect(stderr.text()).toMatch(/█+.*░+.* 50 %/);
    expect(stderr.text()).toMatch(/✓.*Count[^\n]*\n$/);
    expect(stderr.text()).toContain('\u001B[32m');
  });

  it('draw it without colours where they are not wanted', async () => {
    const { out, stderr } = output({ terminal: true, env: { NO_COLOR: '1' } });
    await out.stages.run('Count', async (stage) => {
      stage.progress(1, 2, 'half');
      await expect.poll(() => stderr.text()).toContain('half');
    });
    expect(stderr.text()).toContain('█');
    for (const colour of [2, 32, 36]) expect(stderr.text()).not.toContain(`\u001B[${colour}m`);
  });
});

describe('text', () => {
  it('stands in columns', () => {
    const rows = [
      ['A', 'ROWS'],
      ['long name', '7'],
    ];
    expect(formatTable(rows, ['left', 'right'])).toBe('A          ROWS\nlong name     7');
  });

  it.each([
    [0, '0 B'],
    [999, '999 B'],
    [1_000, '1.0 kB'],
    [12_345_678, '12.3 MB'],
    [5e15, '5000.0 TB'],
  ])('writes %d bytes as %s', (bytes, expected) => expect(formatBytes(bytes)).toBe(expected));

  it('writes counts and times', () => {
    expect(formatCount(1_234_567)).toBe('1,234,567');
    expect(formatSeconds(4_240)).toBe('4.2 s');
    expect(formatSeconds(199_600)).toBe('3 min 20 s');
  });
});
