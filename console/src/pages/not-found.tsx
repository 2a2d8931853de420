import { Anchor, Text } from '@mantine/core';
import { Link } from 'wouter';
import { PageTitle } from '../parts/page-title.tsx';

export function NotFoundPage() {
  return (
    <>
      <PageTitle title="There is no such page" />
      <Text>
        <Anchor component={Link} href="/">
          To the exports
        </Anchor>
      </Text>
    </>
  );
}
