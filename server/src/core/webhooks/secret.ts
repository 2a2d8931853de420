/** What an account's webhooks are signed with. */
export interface WebhookSecret {
  /** `whsec_` and base64. */
  readonly secret: string;
  readonly createdAt: Date;
  /** Null for the current one. */
  readonly expiresAt: Date | null;
}
