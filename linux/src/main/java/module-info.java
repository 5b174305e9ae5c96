/** The Linux personality over the engine. */
module dev.mapwright.linux {
  requires static transitive org.jspecify;
  requires transitive dev.mapwright.core;
}
