/** The spellings of the table of road classes as a tree of words, so that a line that names no road costs one look into a map. */
import { STATE_SPELLINGS } from '../core/input/states.ts';
import { foreignClass, LEADING_VARIANTS, ROAD_CLASSES, ROAD_VARIANTS } from './road-classes.ts';

const HIGHWAY_WORDS = 'HIGHWAY HIGHWY HIWAY HIWY HWAY HWY HGWY HGHWY HWYS HIGHWAYS';
const ROUTE_WORDS = 'ROUTE RTE RT RTES RTS ROUT RUTE ROTUE RUOTE';
const GROUPS: ReadonlyMap<string, readonly string[]> = new Map([
  ['^', HIGHWAY_WORDS.split(' ')],
  ['%', ROUTE_WORDS.split(' ')],
  ['=', ['ROAD', 'RD']],
]);
const ALL_GROUPS = [...GROUPS.keys()];

/** What class the words up to here mean. */
export interface RoadHead {
  readonly suffix: string;
  /** Undefined: in all. */
  readonly states: ReadonlySet<string> | undefined;
  /** True if it also counts where the state is not known. */
  readonly stateless: boolean;
  /** True if letters may follow: in place of a number. */
  readonly letters: boolean;
  /** True if the words are also the name of common streets. */
  readonly alsoStreet: boolean;
  /** True for a mere code, which means something else where a street's type follows its number (`NE 145 St`). */
  readonly code: boolean;
  /** True if the number must follow with a hyphen. */
  readonly hyphened: boolean;
  /** The number, where the words themselves are it (A1A). */
  readonly number: string;
}

export interface HeadNode {
  readonly next: Map<string, HeadNode>;
  readonly groups: Map<string, HeadNode>;
  /** In the order in which they are tried. */
  readonly heads: RoadHead[];
  /** What a word in front of a whole designation adds: `OLD`, or a variant. */
  readonly prefix: string;
}

function node(prefix = ''): HeadNode {
  return { next: new Map(), groups: new Map(), heads: [], prefix };
}

/** The nodes after a word of a spelling, which may be a group of words. */
function childrenOf(parent: HeadNode, word: string): readonly HeadNode[] {
  if (word === '*') return ALL_GROUPS.flatMap((group) => childrenOf(parent, group));
  const spellings = GROUPS.get(word);
  const siblings = spellings === undefined ? parent.next : parent.groups;
  const known = siblings.get(word);
  if (known !== undefined) return [known];
  const child = node();
  siblings.set(word, child);
  for (const spelling of spellings ?? []) parent.next.set(spelling, child);
  return [child];
}

const ENDS_IN_ROAD_WORD = /[*^%=]$/;

function add(root: HeadNode, spelling: string, head: RoadHead): void {
  let ends: readonly HeadNode[] = [root];
  for (const word of spelling.split(' ')) ends = ends.flatMap((parent) => childrenOf(parent, word));
  const letters = head.letters || ENDS_IN_ROAD_WORD.test(spelling);
  for (const end of ends) {
    // A spelling of some states is tried before one of all.
    const place = head.states === undefined ? end.heads.length : 0;
    end.heads.splice(place, 0, { ...head, letters });
  }
}

const MARKED = /^([^@+?#-]+)(?:@([A-Z,]+))?([+?#-]*)$/;

function addClasses(root: HeadNode): void {
  for (const { suffix, heads } of ROAD_CLASSES) {
    for (const each of heads.split('|')) {
      const [, spelling = '', states, marks = ''] = MARKED.exec(each) ?? [];
      add(root, spelling, {
        suffix,
        states: states === undefined ? undefined : new Set(states.split(',')),
        stateless: false,
        letters: marks.includes('+'),
        alsoStreet: marks.includes('?'),
        code: spelling.length === 1,
        hyphened: marks.includes('-'),
        number: marks.includes('#') ? spelling : '',
      });
    }
  }
}

/** Codes that without a word for a road mean something else outside their state: County, Court, Private, Lane, Floor, Northeast. */
const OTHER_MEANINGS = new Set(['CO', 'CT', 'PR', 'LA', 'FL', 'NE']);

/** `NJ 27`, `NJ Route 27`, `New Jersey State Highway 27`. */
function addStates(root: HeadNode): void {
  const plain = { alsoStreet: false, code: false, hyphened: false, number: '', letters: false };
  for (const [spelling, state] of STATE_SPELLINGS) {
    const home = { ...plain, suffix: 'STATE HWY', states: new Set([state]) };
    const foreign = { ...plain, suffix: foreignClass(state), states: undefined, stateless: true };
    const isCode = spelling === state;
    const isOther = OTHER_MEANINGS.has(spelling);
    add(root, spelling, { ...home, code: true, stateless: isCode && !isOther });
    if (isCode && !isOther) add(root, spelling, { ...foreign, code: true });
    for (const words of ['^', '%', 'STATE', 'STATE *', 'ST ^', 'ST %', 'SR', 'SH']) {
      const isTaken = (spelling === 'CO' || spelling === 'PR') && /^[\^%]$/.test(words);
      add(root, `${spelling} ${words}`, { ...home, stateless: !isTaken });
      if (!isTaken) add(root, `${spelling} ${words}`, foreign);
    }
  }
}

function tree(): HeadNode {
  const root = node();
  root.next.set('OLD', node('OLD'));
  for (const word of LEADING_VARIANTS) root.next.set(word, node(ROAD_VARIANTS.get(word) ?? ''));
  addClasses(root);
  addStates(root);
  return root;
}

export const ROAD_HEADS: HeadNode = tree();

const ROAD_WORDS = new Set([...GROUPS.values()].flat());

/** True for a word that means highway, route or road. */
export function isRoadWord(word: string): boolean {
  return ROAD_WORDS.has(word);
}
