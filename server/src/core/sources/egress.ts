/** Connections to places that operators name, judged when they are made. */

export interface EgressTarget {
  readonly hostname: string;
  readonly port: number;
  /** Over TLS, verified for the name. */
  readonly secure: boolean;
}

/** @typeParam Connection a socket of the runtime, which the inside does not know. */
export interface Egress<Connection> {
  /** What can be said of an http or https URL without asking anybody: null, or why it is not connected to. */
  refusalOf(url: URL): string | null;
  /** The operator has named this host or this address: it may be talked to in clear text. */
  isNamed(hostname: string, port: number): boolean;
  /** A connection to a place that may be connected to. Throws `load_refused` for any other. */
  dial(target: EgressTarget, signal: AbortSignal): Promise<Connection>;
}
