/** The package has no types of its own: what the benchmark uses of it. */
declare module 'pg-cursor' {
  import type { Submittable } from 'pg';

  class Cursor implements Submittable {
    constructor(text: string, values?: readonly unknown[]);
    submit: Submittable['submit'];
    read(rows: number): Promise<readonly Readonly<Record<string, unknown>>[]>;
    close(): Promise<void>;
  }

  export = Cursor;
}
