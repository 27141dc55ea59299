import { defineConfig } from 'vitest/config'
import { named } from './named.ts'

/** The unit tests that `run.ts` names. */
export default defineConfig({
  test: {
    include: ['tools/mutants/together.spec.ts', ...named.alone],
    testTimeout: 60_000,
    hookTimeout: 60_000,
    env: { TZ: 'America/New_York' },
  },
})
