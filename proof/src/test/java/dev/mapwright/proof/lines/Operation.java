package dev.mapwright.proof.lines;

/** What one of the two threads does; {@link Workload} carries it out. */
public enum Operation {
  /** Maps a page where nothing is. */
  MAP,
  /** Maps a page where the engine finds place. */
  MAP_ANYWHERE,
  /** Maps a page at the lowest place there is. */
  MAP_LOWEST,
  /** Maps the only page that is mapped in the part. */
  MAP_FIRST,
  /** Unmaps the only one. */
  UNMAP_LAST,
  /** Maps a page over a mapping. */
  REPLACE,
  /** Unmaps a page of which no translation was ever made. */
  UNMAP,
  /** Changes the permissions of one. */
  PROTECT,
  /** Reads a page that was just mapped, and whose object has a frame for it. */
  FAULT_PRESENT,
  /** Reads a page that was just mapped, and is absent. */
  FAULT_ZEROS,
  /** Writes a page that was just mapped, and is absent. */
  FAULT_STORE,
  /** Unmaps a page that was written. */
  UNMAP_TOUCHED,
  /** Commits a page of an object. */
  COMMIT,
  /** Decommits one. */
  DECOMMIT,
  /** Maps a frame in a reservation. */
  RESERVED_MAP,
  /** Unmaps one there. */
  RESERVED_UNMAP
}
