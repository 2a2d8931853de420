/** The shares of accounts in what is looked up for customers. */

import { CHILDREN_BESIDE_EXPORTS, type LookUpSize, type LookUpTurn } from '../../core/ports/engine.ts';
import { Admission, UNBOUNDED } from '../../core/turns/admission.ts';

/** While a child works on an account’s one look-up, the next reads what it needs of the database. */
const WORKS_OF_ACCOUNT = 2;
/** Enough that the children always have work, and few enough that their reads leave connections to the database to others. */
const WORKS_IN_ALL = 8;
const WAITING_OF_ACCOUNT = 20;
/** A few hundred bytes each, beside the requests themselves. */
const WAITING_IN_ALL = 2000;

function worksOf(name: string): Admission {
  return new Admission({
    name,
    perHolder: WORKS_OF_ACCOUNT,
    inAll: WORKS_IN_ALL,
    waitingPerHolder: WAITING_OF_ACCOUNT,
    waitingInAll: WAITING_IN_ALL,
  });
}

/** Whoever asks has been admitted to his work before: nobody is refused here. */
function childrenOf(name: string, inAll: number): Admission {
  return new Admission({
    name,
    perHolder: 1,
    inAll,
    waitingPerHolder: UNBOUNDED,
    waitingInAll: UNBOUNDED,
  });
}

export class LookUpShares {
  /** Separate, so that judging a large upload costs no account its look-ups. */
  readonly #works: Readonly<Record<LookUpSize, Admission>> = {
    small: worksOf('look-ups'),
    large: worksOf('uploads whose ids are looked up'),
  };
  readonly #children: Readonly<Record<LookUpSize, Admission>> = {
    small: childrenOf('look-ups', CHILDREN_BESIDE_EXPORTS.reads),
    large: childrenOf('uploads whose ids are looked up', 1),
  };

  /** The whole work, when it is the account’s turn. */
  work<Result>({ accountId, size }: LookUpTurn, work: () => Promise<Result>): Promise<Result> {
    return this.#works[size].run(accountId, null, work);
  }

  /** One question of it, when it is the account’s turn to have a child. */
  ask<Result>({ accountId, size }: LookUpTurn, ask: () => Promise<Result>): Promise<Result> {
    return this.#children[size].run(accountId, null, ask);
  }
}
