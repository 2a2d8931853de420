/** The pages of saved lists: loaded together, when somebody goes there. */
import { Route, Switch } from 'wouter';
import { EditListPage } from './edit-list.tsx';
import { ListsPage } from './lists.tsx';
import { NewListPage } from './new-list.tsx';

export function ListPages() {
  return (
    <Switch>
      <Route path="/lists/new" component={NewListPage} />
      <Route path="/lists/:id">{({ id }) => <EditListPage id={id} />}</Route>
      <Route component={ListsPage} />
    </Switch>
  );
}
