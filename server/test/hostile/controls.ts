/** Guards of the program that the suite relies on, each with how to take it away for one run: the suite must then be red. */
import type { Shape } from './shapes.ts';
import type { Tier } from './tiers.ts';

/** A text of one built file, and what stands there instead. */
interface Change {
  readonly file: string;
  readonly from: string;
  readonly to: string;
}

export interface Control {
  readonly guard: string;
  /** What sees that it is gone. */
  readonly shapes: readonly Shape[];
  /** `short` where no times are needed to see it. */
  readonly tier?: Tier['name'];
  /** A part of the routes' names, if a few are enough to see it. */
  readonly routes?: string;
  readonly changes: readonly Change[];
}

export const CONTROLS: Readonly<Record<string, Control>> = {
  'words-of-faults': {
    guard: 'only the faults that are shown are put in words',
    shapes: ['many-names'],
    routes: '/search/summaries',
    changes: [
      {
        file: 'core/faults.js',
        from: 'faults.slice(0, MOST_FAULTS_SHOWN).map(wordsOf)',
        to: 'faults.map(wordsOf).slice(0, MOST_FAULTS_SHOWN)',
      },
    ],
  },
  'compared-length': {
    guard: 'of a long name only the beginning is compared with the names that there are',
    shapes: ['long-names'],
    routes: '/search/summaries',
    changes: [
      {
        file: 'core/input/nearest.js',
        from: 'word.slice(0, LONGEST_COMPARED).toLowerCase().slice(0, LONGEST_COMPARED)',
        to: 'word.toLowerCase()',
      },
    ],
  },
  'part-headers': {
    guard: 'a part’s header is split at its colon, and trimmed in one pass; all headers of a form have one budget',
    shapes: ['blanks'],
    routes: '/jobs/file',
    changes: [
      {
        file: 'intake/multipart/part-headers.js',
        from: 'value: trimBlanks(line.slice(colon + 1))',
        to: 'value: /^[ \\t]*(.*?)[ \\t]*$/.exec(line.slice(colon + 1))[1]',
      },
      {
        file: 'intake/multipart/form-reader.js',
        from: 'const MAX_FORM_HEADER_BYTES = 64 * 1024;',
        to: 'const MAX_FORM_HEADER_BYTES = 64 * 1024 * 1024;',
      },
    ],
  },
  'json-swollen': {
    guard: 'a body’s lists, objects, fields and depth are counted before it is parsed',
    shapes: ['many-names'],
    routes: '/api/v1/bulk_api/jobs',
    changes: [
      {
        file: 'http/bodies/json-shape.js',
        from: 'depth > MAX_OBJECT_DEPTH || containers > MAX_OBJECT_CONTAINERS || fields > MAX_OBJECT_FIELDS',
        to: 'false',
      },
    ],
  },
  'upload-rate': {
    guard: 'a body that comes too slowly is cut off',
    shapes: ['half-sent'],
    routes: '/schedules/:schedule_id/pause',
    changes: [
      {
        file: 'http/server/fastify.js',
        from: 'cutSlowUploads(app, limits.upload);',
        to: '',
      },
    ],
  },
  admission: {
    guard: 'whoever uses what all have in common has a share of it, and waits for a turn',
    shapes: ['parallel'],
    routes: '/properties/lookup',
    changes: [
      {
        file: 'core/turns/admission.js',
        from: 'return share.used + amount <= perHolder && this.#used + amount <= inAll;',
        to: 'return true;',
      },
    ],
  },
  'sftp-strangers': {
    guard: 'connections of one site that have not logged in take a part of the places only, and make room',
    tier: 'short',
    shapes: ['parallel'],
    routes: '/users/me',
    changes: [
      {
        file: 'sftp/places.js',
        from: 'const site = networkOf(address, SITE);',
        to: 'const site = String(Math.random());',
      },
      {
        file: 'sftp/places.js',
        from: 'this.#makeRoom(site);',
        to: 'return null;',
      },
    ],
  },
};
