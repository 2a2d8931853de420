/** The pages, for whoever is signed in. */
import { Center, Loader } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { lazy, Suspense } from 'react';
import { Route, Switch } from 'wouter';
import { ExportsPage } from './pages/exports/exports.tsx';
import { InvitationPage, SignInPage } from './pages/sign-in.tsx';
import { ErrorNote } from './parts/error-note.tsx';
import { Frame } from './parts/frame.tsx';
import { sessionQuery } from './server/queries.ts';

// The first page comes with the console; the others when somebody goes there.
const DictionaryPage = lazy(() => import('./pages/dictionary.tsx').then((page) => ({ default: page.DictionaryPage })));
const ExplorePage = lazy(() => import('./pages/explore.tsx').then((page) => ({ default: page.ExplorePage })));
const FileJobPage = lazy(() => import('./pages/job/file-job.tsx').then((page) => ({ default: page.FileJobPage })));
const JobPage = lazy(() => import('./pages/job/job.tsx').then((page) => ({ default: page.JobPage })));
const KeysPage = lazy(() => import('./pages/keys/keys.tsx').then((page) => ({ default: page.KeysPage })));
const NewExportPage = lazy(() =>
  import('./pages/new/new-export.tsx').then((page) => ({ default: page.NewExportPage })),
);
const ListPages = lazy(() => import('./pages/lists/list-pages.tsx').then((page) => ({ default: page.ListPages })));
const NotFoundPage = lazy(() => import('./pages/not-found.tsx').then((page) => ({ default: page.NotFoundPage })));
const NewSchedulePage = lazy(() =>
  import('./pages/schedule-form.tsx').then((page) => ({ default: page.NewSchedulePage })),
);
const SchedulesPage = lazy(() => import('./pages/schedules.tsx').then((page) => ({ default: page.SchedulesPage })));
const UsagePage = lazy(() => import('./pages/usage.tsx').then((page) => ({ default: page.UsagePage })));
const WebhooksPage = lazy(() =>
  import('./pages/webhooks/webhooks.tsx').then((page) => ({ default: page.WebhooksPage })),
);
/** Loaded by operators alone. */
const OperatorPages = lazy(() =>
  import('./pages/operator/operator-pages.tsx').then((each) => ({ default: each.OperatorPages })),
);

function Waiting() {
  return (
    <Center h="50vh">
      <Loader aria-label="Loading" />
    </Center>
  );
}

function Pages() {
  return (
    <Suspense fallback={<Waiting />}>
      <Switch>
        <Route path="/" component={ExportsPage} />
        <Route path="/new" component={NewExportPage} />
        <Route path="/jobs/:id">{({ id }) => <JobPage id={id} />}</Route>
        <Route path="/files/:id">{({ id }) => <FileJobPage id={id} />}</Route>
        <Route path="/explore" component={ExplorePage} />
        <Route path="/lists/*?" component={ListPages} />
        <Route path="/schedules" component={SchedulesPage} />
        <Route path="/schedules/new" component={NewSchedulePage} />
        <Route path="/webhooks" component={WebhooksPage} />
        <Route path="/keys" component={KeysPage} />
        <Route path="/usage" component={UsagePage} />
        <Route path="/dictionary" component={DictionaryPage} />
        <Route component={NotFoundPage} />
      </Switch>
    </Suspense>
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
            {session.role === 'operator' ? (
              <Suspense fallback={<Waiting />}>
                <OperatorPages />
              </Suspense>
            ) : (
              <Pages />
            )}
          </Frame>
        ) : (
          <SignInPage />
        )}
      </Route>
    </Switch>
  );
}
