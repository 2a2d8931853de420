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

/** Tries the candidates in turn, beginning with the one that worked last. */
export class PasswordInTurn implements Password {
  readonly #passwords: Passwords;
  /** From the superuser’s to the role’s that logs in. */
  readonly #derive: (password: string) => string;
  #given: string | null = null;
  readonly #refused = new Set<string>();

  constructor(passwords: Passwords, derive: (password: string) => string) {
    this.#passwords = passwords;
    this.#derive = derive;
  }

  async current(): Promise<string> {
    const candidates = await candidatesOf(this.#passwords);
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
