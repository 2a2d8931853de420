/** People at the console of a server: invited, signed in, and with jobs to look at. */
import type { Browser, Page } from 'playwright-core';
import { invite } from '../../server/src/core/logins/sessions.ts';
import { GUIDE_IDS, type TestAccount, type TestApp } from '../../server/test/support/app.ts';
import { type Watched, watchedPage } from './browser.ts';

type Role = 'viewer' | 'member';

export class ConsoleWorld {
  readonly #app: TestApp;
  readonly #browser: Browser;

  constructor(app: TestApp, browser: Browser) {
    this.#app = app;
    this.#browser = browser;
  }

  async newJob(owner: TestAccount, changes: object = {}): Promise<string> {
    const request = {
      ...{ report_type: 'property', output_format: 'csv', start_date: '2025-12-01', end_date: '2025-12-07' },
      property_ids: GUIDE_IDS,
    };
    const answer = await this.#app.as(owner, {
      method: 'POST',
      url: '/api/v1/bulk_api/jobs',
      payload: { ...request, ...changes },
    });
    if (answer.statusCode !== 200) throw new Error(`no job was made: ${answer.body}`);
    return answer.json().job_id;
  }

  async enter(page: Page, { id }: Pick<TestAccount, 'id'>, role: Role = 'member'): Promise<void> {
    const { link } = await invite(this.#app.app.deps, { accountId: id, role });
    await page.goto(link);
    await page.getByRole('button', { name: 'Accept the invitation' }).click();
    await page.getByRole('heading', { level: 1, name: 'Exports' }).waitFor();
  }

  /** A browser of its own, with somebody of the account signed in. */
  async open(owner: Pick<TestAccount, 'id'>, role?: Role): Promise<Watched> {
    const watched = await watchedPage(this.#browser, this.#app.url);
    await this.enter(watched.page, owner, role);
    return watched;
  }
}
