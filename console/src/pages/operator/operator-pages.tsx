/** The pages of whoever looks after the server. */
import { Route, Switch } from 'wouter';
import { NotFoundPage } from '../not-found.tsx';
import { AccountPage } from './account.tsx';
import { AccountsPage } from './accounts.tsx';
import { AuditPage } from './audit.tsx';
import { DataPage } from './data.tsx';
import { FailedDeliveriesPage } from './deliveries.tsx';
import { LoadPage } from './load.tsx';
import { QueuePage } from './queue.tsx';
import { SystemPage } from './system.tsx';

export function OperatorPages() {
  return (
    <Switch>
      <Route path="/" component={AccountsPage} />
      <Route path="/accounts/:id">{({ id }) => <AccountPage id={id} />}</Route>
      <Route path="/queue" component={QueuePage} />
      <Route path="/data" component={DataPage} />
      <Route path="/data/loads/:number">{({ number }) => <LoadPage number={number} />}</Route>
      <Route path="/deliveries" component={FailedDeliveriesPage} />
      <Route path="/audit" component={AuditPage} />
      <Route path="/system" component={SystemPage} />
      <Route component={NotFoundPage} />
    </Switch>
  );
}
