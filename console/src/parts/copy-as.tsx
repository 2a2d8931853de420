/** The same request for programs. */
import type { ReportRequest } from '@conveyance/sdk';
import { Code, Group, SegmentedControl, Stack, Text } from '@mantine/core';
import { type ReactNode, useState } from 'react';
import { copyAs, LANGUAGES, type Language } from '../text/copy-as.ts';
import { copyFileJobAs, type FileJobRequest } from '../text/copy-file-job.ts';
import { CopyButton } from './copy-button.tsx';

/** Below a form: most who fill it in write no programs. */
export function ForPrograms({ children }: { readonly children: ReactNode }) {
  return (
    <details className="for-programs">
      <summary>The same for a program: curl, command line, TypeScript, Python</summary>
      {children}
    </details>
  );
}

/** More ids than these make no text to copy: a file with them does. */
export const MOST_IDS_COPIED = 500;

function Texts({
  write,
  needs,
}: {
  readonly write: (language: Language, url: string) => string;
  readonly needs: string;
}) {
  const [language, setLanguage] = useState<Language>('curl');
  const text = write(language, window.location.origin);
  return (
    <Stack gap="xs">
      <Group>
        <SegmentedControl
          aria-label="Copy as"
          size="xs"
          value={language}
          onChange={(value) => setLanguage(LANGUAGES.find((each) => each === value) ?? 'curl')}
          data={[...LANGUAGES]}
        />
        <CopyButton text={text} what={language} />
      </Group>
      <Code block className="copy-text">
        {text}
      </Code>
      <Text size="sm" c="dimmed">
        {needs}
      </Text>
    </Stack>
  );
}

function TooMany() {
  return (
    <Text size="sm">
      With more than {MOST_IDS_COPIED} properties, write the ids to a file, and see the guide for the rest.
    </Text>
  );
}

export function CopyAs({ request }: { readonly request: ReportRequest }) {
  if ((request.property_ids?.length ?? 0) > MOST_IDS_COPIED) return <TooMany />;
  return (
    <Texts
      write={(language, url) => copyAs(language, url, request)}
      needs="It reads a personal token from CONVEYANCE_TOKEN."
    />
  );
}

export function CopyFileJobAs({ request }: { readonly request: FileJobRequest }) {
  const ids = request.kind === 'property-details' ? request.specification.property_ids : [];
  if (ids.length > MOST_IDS_COPIED) return <TooMany />;
  return (
    <Texts
      write={(language, url) => copyFileJobAs(language, url, request)}
      needs={`It reads an access key and its secret from CONVEYANCE_ACCESS_KEY and CONVEYANCE_SECRET${request.kind === 'match' ? ', and the file from the folder where it runs' : ''}.`}
    />
  );
}
