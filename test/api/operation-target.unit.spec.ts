import { expect, it } from 'vitest'
import { allRoutes } from '../support/routes.ts'

const proposal = allRoutes.find(({ method, path }) => method === 'post' && path === '/operations')?.body

const isAccepted = (stuck: string) =>
  proposal?.safeParse({ kind: 'restart', target: { filter: { stuck } }, reason: '核查数据' }).success

it.each(['workflowTaskFailing', 'runLost', 'activityRetrying', 'deadlineWithoutEvent'])(
  'an operation can be aimed at the cases that are stuck in one way: %s',
  (stuck) => expect(isAccepted(stuck)).toBe(true),
)

it.each(['engineSilent', 'noWorker', 'noticeUndeliverable'])(
  'an operation on cases cannot be aimed at what is stuck and no case: %s',
  (stuck) => expect(isAccepted(stuck)).toBe(false),
)
