/**
 * Where the data of a person may be, and what an erasure does there: `docs/warehouse.md` and the command print this, the tests hold each.
 * Stages of an erasure are named after the places, in this order.
 */

export interface Place {
  /** What is there. */
  readonly holds: string;
  /** What becomes of it. */
  readonly fate: string;
}

export const PLACES = {
  list: {
    holds: 'what comes later: loads, deletes, rollbacks, and what is restored',
    fate: 'the value is put on the list of what may not come back, as a keyed hash; every later data version is held against it',
  },
  current: {
    holds: 'the current data version, and the match index and statistics that are made of it',
    fate: 'a new version without the value becomes current; the index is made anew',
  },
  versions: {
    holds: 'older data versions, and jobs that read them',
    fate: 'versions that hold the value are dropped with the objects that only they have; unfinished jobs on them begin again on the new version, at no cost',
  },
  objects: {
    holds: 'objects that no version and no job names: staged files of a load, what a cut change or a lost attempt left',
    fate: 'those that hold the value are deleted',
  },
  results: {
    holds: 'results of jobs',
    fate: 'files that hold the value are deleted: the job says so, and its links answer 410',
  },
  uploads: {
    holds: 'uploads of customers',
    fate: 'those that hold the value are deleted, and jobs that still needed them are cancelled, at no cost',
  },
  incoming: {
    holds: 'files of data that operators sent over HTTP, and rows that loads of them rejected',
    fate: 'all of them are deleted: a piece of a file does not tell whom it names. Loads that waited for them fail; send the files again',
  },
  rejects: {
    holds: 'rows that loads rejected, as they are kept to be looked at',
    fate: 'files that hold the value are deleted; of later loads, what stands in columns that may name a person is not kept',
  },
  notes: {
    holds:
      'what is noted with data versions and in the history of loads: conditions of deletes, notes of operators, names of files, reasons of failures',
    fate: 'a text that names the value is taken out',
  },
  remains: {
    holds: 'versions of deleted objects that a bucket keeps',
    fate: 'all of ours are deleted for good',
  },
  copies: {
    holds: 'copies of objects on the nodes, and unfinished files of loads there',
    fate: 'each node deletes what no data version has, within seconds',
  },
} as const satisfies Readonly<Record<string, Place>>;
export type PlaceName = keyof typeof PLACES;
export const PLACE_NAMES = Object.keys(PLACES) as PlaceName[];

/** What is not the server’s, or may not be changed: the operator looks after it. */
export const NOT_OURS = [
  'backups: those made before still hold the person. Make a new one now: its list keeps the person out when an older one of the same place is restored. Then delete the older ones',
  'replicas, snapshots and write-ahead logs of your PostgreSQL, and snapshots of the disk or the bucket',
  'files that customers have downloaded already, and where their programs have put them: the audit log says who downloaded what',
  'the provider’s files that were loaded, and reject files: they are where you keep them',
  'the audit log, which is never changed: it has the condition of a `warehouse delete` as it was typed',
  'machines on which a node was and is not running: its copies are deleted when it starts again',
] as const;
