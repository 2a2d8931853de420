/** What a request makes the server do in its database. Time cannot be compared reliably; the work that takes it can. */
import pg from 'pg';

/**
 * Who is calling, and how often it has called: remembered for a while, so that the same request asks for it or not. And the node’s own sign of
 * life, and its looks at the keyring and what is sealed by it, which come when they come.
 */
const ABOUT_THE_CALLER = /credentials|sessions|rate_windows|into "nodes"|keyring|context, sealed from/;

export interface WorkRecorder {
  /** The statements that ran meanwhile, in order, without their values. */
  during<Result>(
    work: () => Promise<Result>,
  ): Promise<{ readonly result: Result; readonly statements: readonly string[] }>;
  stop(): void;
}

/** Listens to every connection of this process, the server's own among them. */
export function recordWork(): WorkRecorder {
  const { prototype } = pg.Client;
  const original = prototype.query;
  let statements: string[] = [];
  prototype.query = new Proxy(original, {
    apply(query, client, args: readonly unknown[]) {
      const [asked] = args;
      const text = typeof asked === 'object' && asked !== null && 'text' in asked ? asked.text : asked;
      if (typeof text === 'string' && !ABOUT_THE_CALLER.test(text)) statements.push(text);
      return Reflect.apply(query, client, args);
    },
  });
  return {
    async during(work) {
      statements = [];
      const result = await work();
      return { result, statements: [...statements] };
    },
    stop() {
      prototype.query = original;
    },
  };
}
