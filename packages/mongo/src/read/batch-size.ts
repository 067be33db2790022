/** So large that an answer arrives whole, up to the 16 MiB that the server puts into one. */
export const ONE_BATCH = { batchSize: 1_000_000 };
