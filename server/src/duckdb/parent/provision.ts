/** What a child asks for while it works on an order. */
import type { ChildSettings, FromChild } from '../protocol.ts';

export type Wanted = Extract<FromChild, { readonly kind: 'hold' | 'fetch' }>;

export interface Provision {
  /** Resolves when it is there; also when the order has ended meanwhile. @param child who asks */
  bring(wanted: Wanted, child: ChildSettings): Promise<void>;
  letGo(turn: number): void;
  /** The order has ended. */
  close(): void;
}
