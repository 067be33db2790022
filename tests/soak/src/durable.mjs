/**
 * Makes servers as durable as they are by default, unlike in the tests. Import this before anything that
 * starts servers.
 */
process.env.SERVERS_DURABLE ??= 'true';
