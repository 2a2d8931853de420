/** A password that may be changed while the server works. */
export interface Password {
  /** The one to try next. */
  current(): Promise<string>;
  /** The last one was refused. */
  refused(): void;
}

/** Of the cluster’s superuser: one for ever, or those that may be it, the likelier first. */
export type Passwords = string | (() => Promise<readonly string[]>);

export async function candidatesOf(passwords: Passwords): Promise<readonly string[]> {
  return typeof passwords === 'string' ? [passwords] : passwords();
}

/** Tries the candidates in turn, beginning with the one that has worked. */
export class PasswordInTurn implements Password {
  readonly #passwords: Passwords;
  /** From the superuser’s to the role’s that logs in. */
  readonly #derive: (password: string) => string;
  readonly #worked: string;
  #given: string | null = null;
  readonly #refused = new Set<string>();

  constructor(passwords: Passwords, derive: (password: string) => string, worked: string) {
    this.#passwords = passwords;
    this.#derive = derive;
    this.#worked = worked;
  }

  async current(): Promise<string> {
    const found = await candidatesOf(this.#passwords);
    const candidates = [...found.filter((each) => each === this.#worked), ...found];
    const untried = candidates.find((each) => !this.#refused.has(each));
    // All were refused, in the midst of a change: from the beginning.
    if (untried === undefined) this.#refused.clear();
    this.#given = untried ?? candidates[0] ?? '';
    return this.#derive(this.#given);
  }

  refused(): void {
    if (this.#given !== null) this.#refused.add(this.#given);
  }
}
