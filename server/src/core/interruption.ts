/** Why running work must stop: the reason of its AbortSignal. */
export class Interruption extends Error {
  override readonly name = 'Interruption';
  /**
   * `stopping`: the worker shuts down · `lost`: the job was cancelled or another attempt has it · `time-limit`: it ran too long ·
   * `lease-over`: the lease could not be renewed, and another may begin.
   */
  readonly why: 'stopping' | 'lost' | 'time-limit' | 'lease-over';

  constructor(why: Interruption['why']) {
    super(`interrupted: ${why}`);
    this.why = why;
  }
}
