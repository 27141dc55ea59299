import { defineConfig } from 'vitest/config'

const project = (name: string, suffix: string, timeout: number) => ({
  extends: true as const,
  test: { name, include: [`test/**/*.${suffix}.spec.ts`], testTimeout: timeout, hookTimeout: timeout },
})

export default defineConfig({
  test: {
    projects: [
      project('unit', 'unit', 30_000),
      {
        ...project('integration', 'int', 60_000),
        test: {
          ...project('integration', 'int', 60_000).test,
          globalSetup: ['test/engines.ts'],
          fileParallelism: false,
        },
      },
      {
        ...project('e2e', 'e2e', 240_000),
        test: {
          ...project('e2e', 'e2e', 240_000).test,
          globalSetup: ['test/engines.ts'],
          fileParallelism: false,
        },
      },
    ],
  },
})
