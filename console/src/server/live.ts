/** Changes of report jobs as they happen: every list and every job that is shown follows. */
import { ApiError, type ReportJob, type ReportJobEvent, type ReportJobPage } from '@conveyance/sdk';
import { useEffect, useState } from 'react';
import { client } from './client.ts';
import { hear, merged } from './heard.ts';
import { askForLists, queryClient } from './queries.ts';

/** The longest pause between two tries is shorter. */
const SETTLED_MS = 15_000;

export type Following = 'live' | 'reconnecting' | 'polling';

const MOST_STRANGERS = 500;
/** Where each job that no list shows was last: one beyond the page, or beyond the filter. */
const strangers = new Map<string, string>();

/** Its progress is of no interest to a list that does not show it; that it is there, has begun or ended may be. */
function isNews({ job_id: id, status, progress }: ReportJobEvent): boolean {
  const place = `${status} ${progress.phase}`;
  if (strangers.get(id) === place) return false;
  if (strangers.size >= MOST_STRANGERS) strangers.clear();
  strangers.set(id, place);
  return true;
}

function tell(event: ReportJobEvent): void {
  hear(event);
  queryClient.setQueryData<ReportJob>(['export', event.job_id], (job) => job && merged(job, event));
  let isKnown = false;
  queryClient.setQueriesData<ReportJobPage>({ queryKey: ['exports'] }, (page) => {
    if (page === undefined) return page;
    return {
      ...page,
      jobs: page.jobs.map((job) => {
        if (job.job_id !== event.job_id) return job;
        isKnown = true;
        return merged(job, event);
      }),
    };
  });
  if (!isKnown && isNews(event)) void askForLists();
  if (event.status !== 'submitted') void queryClient.invalidateQueries({ queryKey: ['usage'] });
}

/** What ended before the stream was open is not told by it: whatever was read before is read once more. */
function catchUp(): void {
  void queryClient.invalidateQueries({ queryKey: ['export'] });
  void askForLists();
}

/** Follows as long as the page is open; where events do not come, lists are polled. */
export function useLiveExports(): Following {
  const [following, setFollowing] = useState<Following>('live');
  useEffect(() => {
    const stopped = new AbortController();
    const { signal } = stopped;
    let failedAt = 0;
    let timer: ReturnType<typeof setTimeout> | undefined;
    // The server ends a stream now and then, and the next one begins at once: only what fails again is worth a word.
    const onReconnect = () => {
      if (Date.now() - failedAt < SETTLED_MS) setFollowing('reconnecting');
      failedAt = Date.now();
      clearTimeout(timer);
      timer = setTimeout(() => setFollowing('live'), SETTLED_MS);
    };
    // An open stream tells everything from here on; a timer that still runs would say so later.
    const onOpen = () => {
      clearTimeout(timer);
      setFollowing('live');
      catchUp();
    };
    const follow = async () => {
      for await (const event of client.exports.allEvents({ signal, onOpen, onReconnect })) tell(event);
    };
    /** Lists are polled while no stream can be had, and it is asked for again: a network that was away for long comes back too. */
    const goOn = async (): Promise<void> => {
      while (!signal.aborted) {
        try {
          return await follow();
        } catch (error) {
          if (signal.aborted) return;
          if (error instanceof ApiError && error.status === 401) {
            queryClient.setQueryData(['session'], null);
            return;
          }
          clearTimeout(timer);
          setFollowing('polling');
          await new Promise((resolve) => setTimeout(resolve, SETTLED_MS));
        }
      }
    };
    void goOn();
    return () => {
      clearTimeout(timer);
      stopped.abort();
    };
  }, []);
  return following;
}
