/** The pages, for whoever is signed in. */
import { Center, Loader } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Route, Switch } from 'wouter';
import { DictionaryPage } from './pages/dictionary.tsx';
import { ExportsPage } from './pages/exports.tsx';
import { JobPage } from './pages/job/job.tsx';
import { NewExportPage } from './pages/new/new-export.tsx';
import { NotFoundPage } from './pages/not-found.tsx';
import { SchedulesPage } from './pages/schedules.tsx';
import { InvitationPage, SignInPage } from './pages/sign-in.tsx';
import { UsagePage } from './pages/usage.tsx';
import { WebhooksPage } from './pages/webhooks.tsx';
import { ErrorNote } from './parts/error-note.tsx';
import { Frame } from './parts/frame.tsx';
import { sessionQuery } from './server/queries.ts';

function Pages() {
  return (
    <Switch>
      <Route path="/" component={ExportsPage} />
      <Route path="/new" component={NewExportPage} />
      <Route path="/jobs/:id">{({ id }) => <JobPage id={id} />}</Route>
      <Route path="/schedules" component={SchedulesPage} />
      <Route path="/webhooks" component={WebhooksPage} />
      <Route path="/usage" component={UsagePage} />
      <Route path="/dictionary" component={DictionaryPage} />
      <Route component={NotFoundPage} />
    </Switch>
  );
}

export function App() {
  const { data: session, error, isPending } = useQuery(sessionQuery);
  if (isPending) {
    return (
      <Center component="main" h="100vh">
        <Loader aria-label="Loading" />
      </Center>
    );
  }
  if (error !== null) return <ErrorNote error={error} />;
  return (
    <Switch>
      <Route path="/in" component={InvitationPage} />
      <Route>
        {session ? (
          <Frame session={session}>
            <Pages />
          </Frame>
        ) : (
          <SignInPage />
        )}
      </Route>
    </Switch>
  );
}
