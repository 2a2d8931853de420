import { accountStoreContract } from '../contract/accounts.contract.ts';
import { auditStoreContract } from '../contract/audit.contract.ts';
import { credentialStoreContract } from '../contract/credentials.contract.ts';
import { databaseContract } from '../contract/database.contract.ts';
import { eventsContract } from '../contract/events.contract.ts';
import { jobStoreContract } from '../contract/jobs.contract.ts';
import { taskQueueContract } from '../contract/queue.contract.ts';
import { warehouseStoreContract } from '../contract/warehouse-store.contract.ts';
import { testDatabase } from '../support/postgres.ts';

databaseContract(testDatabase);
accountStoreContract(testDatabase);
credentialStoreContract(testDatabase);
jobStoreContract(testDatabase);
taskQueueContract(testDatabase);
warehouseStoreContract(testDatabase);
eventsContract(testDatabase);
auditStoreContract(testDatabase);
