/** The events of the audit log, declared once: `docs/audit-log.md` is generated from them. */

/** What an entry can name, besides its instant. */
export const AUDIT_FIELDS = {
  accountId: 'account',
  credentialId: 'credential',
  jobId: 'job',
  address: 'address',
  properties: 'number of properties, SHA-256 of their ids',
  subject: 'subject',
} as const;
export type AuditField = keyof typeof AUDIT_FIELDS;

const ALWAYS = '';
const BY_HTTP = 'over HTTP: a command has none';
export interface AuditEventRow {
  /** What happened. */
  readonly meaning: string;
  /** When the entry is written. */
  readonly written: string;
  /** What the entry names; if not every entry of the event does, when it does. */
  readonly fields: Readonly<Partial<Record<AuditField, string>>>;
  /**
   * For what can be done as often as one likes: of the entries of an hour that say the same, from the same network, only the first is kept. Beyond
   * `MOST_AN_HOUR` (`audit.ts`) different ones of a credential, or of a job without one, a last one tells neither subject nor address.
   */
  readonly isHourly?: true;
}

/** `docs/audit-log.md` is generated from this. */
export const AUDIT_EVENTS = {
  'job-created': {
    meaning: 'An export was accepted: a report, an upload, or a schedule’s run',
    written: 'in the transaction that accepts the job: both or neither',
    fields: {
      accountId: ALWAYS,
      credentialId: ALWAYS,
      jobId: ALWAYS,
      address: 'unless a schedule asked',
      properties: ALWAYS,
    },
  },
  'property-read': {
    meaning: 'A property, or up to a hundred, were read without a job',
    written: 'in the transaction that counts the properties, before they are answered',
    fields: { accountId: ALWAYS, credentialId: ALWAYS, address: ALWAYS, properties: ALWAYS },
  },
  'link-created': {
    meaning:
      'Links to a job’s files were handed out: by the results route of Bulk Data Export, or in an answer of the Reonomy dialect that has `result_urls`, with one entry for each job in it',
    written: 'before the links are handed out',
    isHourly: true,
    fields: { accountId: ALWAYS, credentialId: ALWAYS, jobId: ALWAYS, address: ALWAYS },
  },
  'links-revoked': {
    meaning:
      'An operator revoked every download link of the account: with `accounts revoke-links`, or with a credential',
    written: 'in the transaction that revokes them',
    fields: { accountId: ALWAYS, credentialId: ALWAYS },
  },
  'file-downloaded': {
    meaning:
      'Someone began to fetch a file of a job, by SFTP or with a link to this server; one that leads to S3 is answered there, and only S3’s own log has it',
    written: 'before the first byte of a file, or of a range of it, is sent',
    isHourly: true,
    fields: { accountId: ALWAYS, credentialId: 'by SFTP: a link needs none', jobId: ALWAYS, address: ALWAYS },
  },
  'result-summarised': {
    meaning: 'Someone was shown what the files of a job hold: its columns’ values as figures, and charts',
    written: 'before the answer',
    isHourly: true,
    fields: { accountId: ALWAYS, credentialId: ALWAYS, jobId: ALWAYS, address: ALWAYS },
  },
  'properties-searched': {
    meaning:
      'Properties were looked up, searched for, resolved or counted, or their ids translated, which costs no quota: how many there were, and what was asked',
    written: 'before the answer',
    isHourly: true,
    fields: {
      accountId: ALWAYS,
      credentialId: ALWAYS,
      address: ALWAYS,
      properties: 'their number alone',
      subject: 'SHA-256 of the conditions',
    },
  },
  'list-created': {
    meaning: 'A list of properties was saved',
    written: 'in the transaction that makes it',
    fields: {
      accountId: ALWAYS,
      credentialId: ALWAYS,
      address: ALWAYS,
      properties: 'of a list of ids',
      subject: 'the list',
    },
  },
  'list-changed': {
    meaning: 'A list of properties got another name, other properties, or another filter',
    written: 'in the transaction of the change',
    fields: {
      accountId: ALWAYS,
      credentialId: ALWAYS,
      address: ALWAYS,
      properties: 'if it got other ids',
      subject: 'the list',
    },
  },
  'list-deleted': {
    meaning: 'A list of properties was deleted',
    written: 'in the transaction that deletes it',
    fields: { accountId: ALWAYS, credentialId: ALWAYS, address: ALWAYS, subject: 'the list' },
  },
  'login-refused': {
    meaning:
      'Someone came with an access key that there is and a wrong secret, or with a key or a personal token that was revoked',
    written: 'with the refusal, which does not wait for it; if it cannot be written, the program’s log says so',
    isHourly: true,
    fields: { accountId: ALWAYS, credentialId: 'the one that was tried', address: ALWAYS },
  },
  'credential-created': {
    meaning: 'An access key or a personal token was made',
    written: 'in the transaction that makes it',
    fields: { accountId: ALWAYS, credentialId: ALWAYS, address: BY_HTTP, subject: 'the credential that was made' },
  },
  'credential-revoked': {
    meaning: 'An access key or a personal token was revoked',
    written: 'in the transaction that revokes it',
    fields: { accountId: ALWAYS, credentialId: ALWAYS, address: BY_HTTP, subject: 'the credential that was revoked' },
  },
  'credential-rotated': {
    meaning: 'An access key got a successor, and ends by itself',
    written: 'in the transaction that makes the successor, whose own entry comes before it',
    fields: { accountId: ALWAYS, credentialId: ALWAYS, address: BY_HTTP, subject: 'the credential that ends' },
  },
  'invitation-created': {
    meaning: 'Somebody was invited to the console',
    written: 'in the transaction that makes the invitation',
    fields: { accountId: ALWAYS, credentialId: ALWAYS, address: BY_HTTP, subject: 'the role' },
  },
  'session-started': {
    meaning: 'Somebody signed in to the console: by an invitation, by an access key, or by a personal token',
    written: 'in the transaction that starts the session',
    fields: { accountId: ALWAYS, credentialId: ALWAYS, address: ALWAYS, subject: 'the session' },
  },
  'session-ended': {
    meaning: 'Somebody signed out of the console, or ended another session of the same credential',
    written: 'in the transaction that ends it',
    fields: { accountId: ALWAYS, credentialId: ALWAYS, address: ALWAYS, subject: 'the session' },
  },
  'grants-changed': {
    meaning: 'What an account may see was set: when it was made, and with every change',
    written: 'in the transaction of the change',
    fields: {
      accountId: ALWAYS,
      credentialId: ALWAYS,
      address: BY_HTTP,
      properties: 'of a list; of a rule those that it was true of then',
      subject: '`all`, or the rule; none for a list',
    },
  },
  'quota-changed': {
    meaning: 'An account’s monthly quota was set',
    written: 'in the transaction of the change',
    fields: {
      accountId: ALWAYS,
      credentialId: ALWAYS,
      address: BY_HTTP,
      subject: 'the quota: a number, or `unlimited`',
    },
  },
  'account-created': {
    meaning: 'An account was made',
    written: 'in the transaction that makes it',
    fields: { accountId: ALWAYS, credentialId: ALWAYS, address: BY_HTTP, subject: 'its name' },
  },
  'account-renamed': {
    meaning: 'An account got another name',
    written: 'in the transaction of the change',
    fields: { accountId: ALWAYS, credentialId: ALWAYS, address: BY_HTTP, subject: 'the name before' },
  },
  'account-suspended': {
    meaning: 'An account was suspended: none of its credentials and links opens anything',
    written: 'in the transaction of the change',
    fields: { accountId: ALWAYS, credentialId: ALWAYS, address: BY_HTTP },
  },
  'account-resumed': {
    meaning: 'A suspended account was resumed',
    written: 'in the transaction of the change',
    fields: { accountId: ALWAYS, credentialId: ALWAYS, address: BY_HTTP },
  },
  'account-deleted': {
    meaning: 'An account was deleted, with its credentials, links, schedules and lists',
    written: 'in the transaction of the change',
    fields: { accountId: ALWAYS, credentialId: ALWAYS, address: BY_HTTP, subject: 'its name' },
  },
  'operator-looked': {
    meaning:
      'An operator looked into an account: at one of its jobs, its deliveries, or the account itself; or over all accounts at their jobs or deliveries, which is noted at the account of operators',
    written: 'before the answer',
    isHourly: true,
    fields: {
      accountId: ALWAYS,
      credentialId: ALWAYS,
      jobId: 'of one job',
      address: BY_HTTP,
      subject: 'at what: `account`, `jobs`, `deliveries`, `audit`',
    },
  },
  'job-cancelled-by-operator': {
    meaning: 'An operator cancelled a job',
    written: 'in the transaction that ends the job',
    fields: { accountId: ALWAYS, credentialId: ALWAYS, jobId: ALWAYS, address: BY_HTTP },
  },
  'webhook-resent-by-operator': {
    meaning: 'An operator had a webhook sent again',
    written: 'before it is due',
    fields: { accountId: ALWAYS, credentialId: ALWAYS, address: BY_HTTP, subject: 'the delivery' },
  },
  'warehouse-changed': {
    meaning:
      'The data was changed, for all accounts: noted at the account of operators. A load that changes nothing makes no version and no entry',
    written: 'in the transaction that makes the new version current',
    fields: {
      accountId: ALWAYS,
      credentialId: ALWAYS,
      subject: 'the version that was made, of what, and who did it',
    },
  },
  'data-uploaded': {
    meaning: 'An operator began to send a file of data over HTTP: noted at the account of operators',
    written: 'in the transaction that begins the upload',
    fields: {
      accountId: ALWAYS,
      credentialId: ALWAYS,
      address: ALWAYS,
      subject: 'the file’s name, its length and the upload',
    },
  },
  'load-requested': {
    meaning:
      'An operator had files that were sent over HTTP loaded: noted at the account of operators. What it changed is noted as `warehouse-changed`',
    written: 'in the transaction that lets a worker load them',
    fields: { accountId: ALWAYS, credentialId: ALWAYS, address: ALWAYS, subject: 'the load and its files' },
  },
  'feed-changed': {
    meaning: 'An operator made, paused, resumed, ran or deleted a feed: noted at the account of operators',
    written: 'in the transaction of the change',
    fields: { accountId: ALWAYS, credentialId: ALWAYS, subject: 'the feed, what was done, and who did it' },
  },
  'feed-failed': {
    meaning:
      'A feed was not loaded at its time, nor in its grace: noted at the account of operators. The history of loads says why',
    written: 'in the transaction that sets its next time',
    fields: { accountId: ALWAYS, credentialId: ALWAYS, subject: 'the feed' },
  },
  'master-key-changed': {
    meaning: 'The keyring was sealed by another master key: noted at the account of operators',
    written: 'in the transaction that seals it',
    fields: { accountId: ALWAYS, credentialId: ALWAYS, subject: 'the id of the master key' },
  },
  'keys-renewed': {
    meaning: 'Keys of the keyring got successors: noted at the account of operators',
    written: 'in the transaction that makes them',
    fields: { accountId: ALWAYS, credentialId: ALWAYS, subject: 'their purposes' },
  },
  'person-erased': {
    meaning:
      'An operator had the data of a person erased, for all accounts: noted at the account of operators when it begins and when it has ended. The values are nowhere in it',
    written: 'in the transaction that puts them on the list of what may not come back, and in the one that ends it',
    fields: {
      accountId: ALWAYS,
      credentialId: ALWAYS,
      subject: 'the number of the erasure, how many values or what was destroyed, and who did it',
    },
  },
  'webhook-secret-rotated': {
    meaning: 'An account’s webhooks got a new secret',
    written: 'in the transaction of the change',
    fields: { accountId: ALWAYS, credentialId: ALWAYS, address: ALWAYS },
  },
} as const satisfies Readonly<Record<string, AuditEventRow>>;
export type AuditEvent = keyof typeof AUDIT_EVENTS;
