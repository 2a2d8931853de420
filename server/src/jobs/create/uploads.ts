/** Uploads on their way: how many there are at once, and whether there is room for them. */
import type { Caller } from '../../core/access.ts';
import { isConveyanceError } from '../../core/errors.ts';
import type { Deps } from '../../core/ports/deps.ts';
import { MAX_FORM_BYTES } from '../../core/ports/intake.ts';
import { Admission, NONE_WAITS, type Release } from '../../core/turns/admission.ts';
import { JobInProgress } from '../../core/turns/job-in-progress.ts';
import { requireRoom } from './accept.ts';

/** The next would be refused when it has been read: an access key has one file job at a time. */
const OF_KEY = 1;
/** Each has a file open, and a parser. */
const IN_ALL = 64;

/** The uploads of one process. */
export class Uploads {
  readonly #deps: Pick<Deps, 'store' | 'policy'>;
  readonly #uploads = new Admission({ name: 'uploads', perHolder: OF_KEY, inAll: IN_ALL, ...NONE_WAITS });
  /** As many as were announced. */
  readonly #bytes = new Admission({
    name: 'bytes of uploads',
    perHolder: OF_KEY * MAX_FORM_BYTES,
    inAll: IN_ALL * MAX_FORM_BYTES,
    ...NONE_WAITS,
  });

  constructor(deps: Pick<Deps, 'store' | 'policy'>) {
    this.#deps = deps;
  }

  /**
   * Receives an upload of the caller’s key, and makes of it what is to be made, while no other is received for the key. Before anything of
   * it is read, throws `job_in_progress` if there is another, and `unavailable` if the server has no room for it beside those on their way.
   *
   * @param announcedBytes how many the client says it sends: as many as it may if it does not say.
   */
  async receive<Result>(
    { credentialId }: Pick<Caller, 'credentialId'>,
    announcedBytes: number | undefined,
    work: () => Promise<Result>,
  ): Promise<Result> {
    const leave = this.#enter(credentialId);
    try {
      // What is larger is refused by who reads it.
      const release = this.#bytes.enter(credentialId, Math.min(announcedBytes ?? MAX_FORM_BYTES, MAX_FORM_BYTES));
      try {
        await requireRoom(this.#deps, this.#bytes.counts.used);
        return await work();
      } finally {
        release();
      }
    } finally {
      leave();
    }
  }

  /** In the contract’s word for it: the job that the other upload becomes has no name yet. */
  #enter(credentialId: string): Release {
    try {
      return this.#uploads.enter(credentialId);
    } catch (error) {
      throw isConveyanceError(error, 'rate_limited') ? new JobInProgress(null, error) : error;
    }
  }
}
