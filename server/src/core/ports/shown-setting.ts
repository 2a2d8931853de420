/** A setting of this process, as operators are shown it. */

/** Where its value comes from. */
export const SETTING_ORIGINS = ['default', 'environment', 'command line'] as const;

export interface ShownSetting {
  readonly variable: string;
  /** As it was given; null for a secret, and for one that is at its default. */
  readonly value: string | null;
  readonly isSecret: boolean;
  readonly origin: (typeof SETTING_ORIGINS)[number];
  readonly defaultText: string;
}
