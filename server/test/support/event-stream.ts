/** Reads server-sent events from a real connection, as they come. */

export interface ReceivedEvent {
  readonly id: number;
  readonly event: string;
  // biome-ignore lint/suspicious/noExplicitAny: what a server sent, for a test to look at
  readonly data: any;
}

export interface OpenStream {
  readonly response: Response;
  /** The next event; null once the server has ended the stream. Comments are counted and passed over. */
  next(): Promise<ReceivedEvent | null>;
  readonly comments: number;
  close(): void;
}

export async function openStream(
  url: string,
  { authorization, lastEventId }: { authorization: string; lastEventId?: number },
): Promise<OpenStream> {
  const abort = new AbortController();
  const headers = { authorization, ...(lastEventId !== undefined && { 'last-event-id': String(lastEventId) }) };
  const response = await fetch(url, { headers, signal: abort.signal });
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
  let rest = '';
  let comments = 0;
  async function nextBlock(): Promise<string | null> {
    for (;;) {
      const end = rest.indexOf('\n\n');
      if (end >= 0) {
        const block = rest.slice(0, end);
        rest = rest.slice(end + 2);
        return block;
      }
      const { done, value } = (await reader?.read()) ?? { done: true, value: undefined };
      if (done) return null;
      rest += value;
    }
  }
  return {
    response,
    async next() {
      for (;;) {
        const block = await nextBlock();
        if (block === null) return null;
        const fields = Object.fromEntries(
          block.split('\n').map((line) => /^([^:]*): ?(.*)$/.exec(line)?.slice(1) ?? []),
        );
        if (fields.data !== undefined)
          return { id: Number(fields.id), event: fields.event, data: JSON.parse(fields.data) };
        if (block.startsWith(':')) comments += 1;
      }
    },
    get comments() {
      return comments;
    },
    close: () => abort.abort(),
  };
}
