/** What an operator wrote, as parameters of a statement: it stands in no text of SQL. */
export class BoundTexts {
  readonly parameters: Record<string, string> = {};
  readonly #prefix: string;
  #count = 0;

  /** @param prefix which no other parameters of the statement have. */
  constructor(prefix: string) {
    this.#prefix = prefix;
  }

  /** SQL for the text. The same calls in the same order give the same names. */
  readonly bind = (text: string): string => {
    const name = `${this.#prefix}_${++this.#count}`;
    this.parameters[name] = text;
    return `$${name}`;
  };
}

/** Makes SQL of a text. */
export type Bind = (text: string) => string;
