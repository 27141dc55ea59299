import { defineConfig } from 'vitest/config'

/** The level of a test stands in its name: `.unit` needs nothing, `.int` real engines, `.e2e` a whole installation. */
function level(name: string, suffix: string, testTimeout: number, globalSetup: string[] = []) {
  return {
    test: {
      name,
      include: [`test/**/*.${suffix}.spec.ts`],
      testTimeout,
      hookTimeout: testTimeout,
      globalSetup,
      fileParallelism: suffix === 'unit',
    },
  }
}

export default defineConfig({
  test: {
    reporters: ['default', './test/closing-line.ts'],
    projects: [
      level('unit', 'unit', 30_000),
      level('integration', 'int', 60_000, ['test/engines.ts']),
      level('e2e', 'e2e', 240_000),
    ],
  },
})
