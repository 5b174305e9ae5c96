package dev.mapwright.bench;

/** The five loads that CortenMM measures memory managers with. */
enum Load {
  MAP("map"),
  MAP_AND_FAULT("map + fault"),
  FAULT("fault"),
  UNMAP_TOUCHED("unmap of touched"),
  UNMAP("unmap");

  /** In the name of a row. */
  final String title;

  Load(String title) {
    this.title = title;
  }

  /** Whether the pages are mapped before. */
  boolean mappedBefore() {
    return this != MAP && this != MAP_AND_FAULT;
  }
}
