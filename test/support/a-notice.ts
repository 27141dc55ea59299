import type { Notice } from '../../policy/notices/notice.ts'

/** A notice that the district has something new to verify. */
export function aNotice(overrides: Partial<Notice> = {}): Notice {
  return {
    kind: 'opened',
    task: 'districtVerification',
    part: null,
    entry: 3,
    deduplicationKey: 'opened',
    roles: ['district'],
    user: null,
    dueOn: '2021-04-09',
    from: null,
    dateOf: null,
    days: null,
    unit: null,
    required: false,
    article: '二（三）',
    phase: 'districtVerification',
    event: null,
    by: null,
    outcome: null,
    ground: null,
    request: null,
    words: null,
    ...overrides,
  }
}
