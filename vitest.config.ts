import { defineConfig, type UserWorkspaceConfig } from 'vitest/config'

/**
 * The level of a test stands in its name; levels run one after the other, `atOnce` files of one at a time. Where files are
 * not isolated, those that a process runs share what modules have loaded, and code that has become fast: to load it all
 * anew took longer than the tests.
 */
function level(name: string, suffix: string, { order, atOnce, testTimeout, ...more }: Level) {
  return {
    test: {
      name,
      include: [`test/**/*.${suffix}.spec.ts`],
      testTimeout,
      hookTimeout: testTimeout,
      maxWorkers: atOnce,
      sequence: { groupOrder: order },
      ...more,
    },
  }
}

type Level = { order: number; atOnce: number; testTimeout: number } & NonNullable<UserWorkspaceConfig['test']>

export default defineConfig({
  test: {
    reporters: ['default', './test/closing-line.ts'],
    projects: [
      // Needs nothing. It runs abroad, because no rule may ask which day it is here.
      level('unit', 'unit', {
        order: 0,
        atOnce: 2,
        testTimeout: 60_000,
        isolate: false,
        env: { TZ: 'America/New_York' },
      }),
      // Real engines, which all files share: each has a database and a namespace of its own. Three, because most of them wait.
      level('integration', 'int', {
        order: 1,
        atOnce: 3,
        testTimeout: 120_000,
        isolate: false,
        setupFiles: ['test/each-file.ts'],
        globalSetup: ['test/engines.ts'],
      }),
      // Whole installations, which are killed: each waits most of its time for what it has killed to come back.
      level('e2e', 'e2e', { order: 2, atOnce: 3, testTimeout: 300_000 }),
    ],
  },
})
