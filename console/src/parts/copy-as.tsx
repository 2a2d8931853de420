/** The same request for programs. */
import type { ReportRequest } from '@conveyance/sdk';
import { Code, Group, SegmentedControl, Stack, Text } from '@mantine/core';
import { useState } from 'react';
import { copyAs, LANGUAGES, type Language } from '../text/copy-as.ts';
import { CopyButton } from './copy-button.tsx';

/** More ids than these make no text to copy: a file with them does. */
const MOST_IDS = 500;

export function CopyAs({ request }: { readonly request: ReportRequest }) {
  const [language, setLanguage] = useState<Language>('curl');
  if ((request.property_ids?.length ?? 0) > MOST_IDS) {
    return (
      <Text size="sm">
        With more than {MOST_IDS} properties, write the ids to a file, and see the guide for the rest.
      </Text>
    );
  }
  const text = copyAs(language, window.location.origin, request);
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
    </Stack>
  );
}
