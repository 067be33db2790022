/** Servers keep what they acknowledge as they do by default, not as in the tests; imported before what starts them. */
process.env.SERVERS_DURABLE ??= 'true';
