/** Apache Cassandra from Maven Central on Java 17: starts one node in its own folder. */
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { root } from './run.mjs';
import { needProgram, startProcess, waitForPort } from './server.mjs';

const execute = promisify(execFile);

export const CASSANDRA_VERSION = '5.0.6';

const pom = `<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>local</groupId>
  <artifactId>cassandra</artifactId>
  <version>1</version>
  <dependencies>
    <dependency>
      <groupId>org.apache.cassandra</groupId>
      <artifactId>cassandra-all</artifactId>
      <version>${CASSANDRA_VERSION}</version>
    </dependency>
  </dependencies>
</project>
`;

/** The folder with Cassandra's jars. They are fetched once, into the ignored `.services` at the root. */
export async function cassandraJars() {
  const jars = join(root, '.services', `cassandra-${CASSANDRA_VERSION}`);
  if (existsSync(jars)) return jars;
  const mvn = await needProgram({ names: ['mvn'], packages: ['maven'], what: 'Maven (for Cassandra)' });
  const folder = join(root, '.services', `cassandra-${process.pid}`);
  await mkdir(folder, { recursive: true });
  try {
    await writeFile(join(folder, 'pom.xml'), pom);
    console.log(`  fetching Cassandra ${CASSANDRA_VERSION} from Maven Central (66 MB, once)`);
    const args = ['-q', '-B', 'dependency:copy-dependencies', '-DoutputDirectory=lib'];
    await execute(mvn, args, { cwd: folder, maxBuffer: 2 ** 26 });
    // Renamed atomically, so an interrupted run leaves nothing half done; a parallel run may have won the race.
    await rename(join(folder, 'lib'), jars).catch((error) => {
      if (!existsSync(jars)) throw error;
    });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
  return jars;
}

/** Java 17: Cassandra 5.0 starts on 11 and 17 only. */
export async function java17() {
  const java = await needProgram({
    names: [
      '/usr/lib/jvm/java-17-openjdk-amd64/bin/java',
      '/usr/lib/jvm/java-17-openjdk-arm64/bin/java',
      'java',
    ],
    packages: ['openjdk-17-jre-headless'],
    what: 'Java 17 (for Cassandra)',
  });
  const { stderr, stdout } = await execute(java, ['-version']);
  if (/version "17\./.test(stderr + stdout)) return java;
  throw new Error(
    `${java} is not Java 17, which Cassandra ${CASSANDRA_VERSION} needs: install it (see CONTRIBUTING.md)`,
  );
}

const exported = [
  'java.base/jdk.internal.misc',
  'java.base/jdk.internal.ref',
  'java.base/sun.nio.ch',
  'java.base/java.lang.ref',
  'java.base/java.lang.reflect',
  'java.management.rmi/com.sun.jmx.remote.internal.rmi',
  'java.rmi/sun.rmi.registry',
  'java.rmi/sun.rmi.server',
  'java.rmi/sun.rmi.transport.tcp',
  'java.sql/java.sql',
  'jdk.unsupported/sun.misc',
];

const opened = [
  'java.base/java.io',
  'java.base/java.lang',
  'java.base/java.lang.module',
  'java.base/java.lang.ref',
  'java.base/java.lang.reflect',
  'java.base/java.math',
  'java.base/java.net',
  'java.base/java.nio',
  'java.base/java.util',
  'java.base/java.util.concurrent',
  'java.base/java.util.concurrent.atomic',
  'java.base/jdk.internal.loader',
  'java.base/jdk.internal.math',
  'java.base/jdk.internal.misc',
  'java.base/jdk.internal.module',
  'java.base/jdk.internal.ref',
  'java.base/jdk.internal.reflect',
  'java.base/jdk.internal.util.jar',
  'java.base/sun.nio.ch',
  'java.rmi/sun.rmi.transport.tcp',
  'jdk.management/com.sun.management.internal',
];

const flags = [
  '-Xms256m',
  '-Xmx512m',
  '-XX:+UseSerialGC',
  '-XX:+ExitOnOutOfMemoryError',
  ...exported.flatMap((name) => ['--add-exports', `${name}=ALL-UNNAMED`]),
  ...opened.flatMap((name) => ['--add-opens', `${name}=ALL-UNNAMED`]),
  '-Djdk.attach.allowAttachSelf=true',
  '-Dcassandra.skip_wait_for_gossip_to_settle=0',
  '-Dcassandra.ring_delay_ms=1000',
];

// For tests only: nodes join an empty ring and need not wait for data, losing a page of the commit log is
// harmless, and nobody reads the snapshot that each TRUNCATE takes.
const yamlOf = ({
  folder,
  address,
  seed,
  storagePort,
  port,
  token,
  users,
  commitlog,
}) => `cluster_name: kairos
num_tokens: 1
initial_token: ${token}
auto_bootstrap: false
partitioner: org.apache.cassandra.dht.Murmur3Partitioner
seed_provider:
  - class_name: org.apache.cassandra.locator.SimpleSeedProvider
    parameters:
      - seeds: "${seed}:${storagePort}"
listen_address: ${address}
rpc_address: ${address}
storage_port: ${storagePort}
native_transport_port: ${port}
endpoint_snitch: SimpleSnitch
commitlog_sync: ${commitlog}
${commitlog === 'periodic' ? 'commitlog_sync_period: 10000ms' : ''}
auto_snapshot: false
concurrent_compactors: 1
data_file_directories: [${folder}/data]
commitlog_directory: ${folder}/commitlog
hints_directory: ${folder}/hints
saved_caches_directory: ${folder}/saved_caches
cdc_raw_directory: ${folder}/cdc
${users ? usersYaml : ''}`;

const usersYaml = `authenticator: PasswordAuthenticator
authorizer: CassandraAuthorizer
role_manager: CassandraRoleManager
`;

const logback = `<configuration>
  <appender name="OUT" class="ch.qos.logback.core.ConsoleAppender">
    <encoder><pattern>%d{HH:mm:ss.SSS} %level %logger{0} %msg%n</pattern></encoder>
  </appender>
  <root level="WARN"><appender-ref ref="OUT"/></root>
  <logger name="org.apache.cassandra.service.StorageService" level="INFO"/>
</configuration>
`;

/**
 * Starts a node in an empty folder, or restarts one that was stopped, and waits until it answers CQL.
 *
 * - `seed`: the address of the ring's first node; a single node gives its own
 * - `token`: the node's place in the ring, from -2^63 to 2^63
 * - `users`: clients must log in and may do only what they are granted; the first user is `cassandra`, password
 *   `cassandra`
 * - `commitlog: 'batch'`: the node syncs its log before it acknowledges a write
 */
export async function startCassandraNode({
  folder,
  address,
  seed = address,
  storagePort,
  port,
  token = 0n,
  users = false,
  commitlog = 'periodic',
}) {
  const [jars, java] = [await cassandraJars(), await java17()];
  await writeFile(
    join(folder, 'cassandra.yaml'),
    yamlOf({ folder, address, seed, storagePort, port, token, users, commitlog }),
  );
  await writeFile(join(folder, 'logback.xml'), logback);
  const args = [
    ...flags,
    // By default Cassandra waits 10 seconds before it creates the first user.
    ...(users ? ['-Dcassandra.superuser_setup_delay_ms=0'] : []),
    `-Dcassandra.config=file://${join(folder, 'cassandra.yaml')}`,
    `-Dcassandra.storagedir=${folder}`,
    '-cp',
    `${folder}:${join(jars, '*')}`,
    'org.apache.cassandra.service.CassandraDaemon',
  ];
  const server = await startProcess(java, args, { folder });
  try {
    await waitForPort(port, { host: address, seconds: 240, server });
  } catch (error) {
    await server.stop('SIGKILL');
    throw error;
  }
  return server;
}
