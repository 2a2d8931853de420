import { describe } from 'vitest';
import { openEngineWorld } from '../duckdb/engine-world.ts';
import { engineContract } from './engine.contract.ts';
import { engineFilesContract } from './engine-files.contract.ts';
import { engineLookUpsContract } from './engine-look-ups.contract.ts';
import { engineTextContract } from './engine-text.contract.ts';

describe('DuckDB in child processes is an Engine', () => {
  engineContract(openEngineWorld);
  engineFilesContract(openEngineWorld);
  engineLookUpsContract(openEngineWorld);
  engineTextContract(openEngineWorld);
});
