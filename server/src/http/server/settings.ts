/** The operator's settings of the HTTP door. */
import type { KeySource } from '../../core/ports/keys.ts';

export interface HttpSettings {
  /** The origin of every absolute URL, without a slash at its end. Never taken from `Host` or `X-Forwarded-*`. */
  readonly publicUrl: string;
  /** Sign access tokens: 256 bits each. */
  readonly tokenKeys: KeySource;
  /** Addresses and CIDRs of the operator's proxies, whose `traceparent` is continued. None when left out. */
  readonly trustedProxies?: readonly string[];
  /** Requests of one credential; 0 sets no limit. */
  readonly rateLimitPerMinute: number;
  /** The same for the Reonomy dialect, which has its own limit. */
  readonly reonomyRateLimitPerSecond: number;
}
