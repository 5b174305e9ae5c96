/** The Magenta personality over the engine. */
module dev.mapwright.zircon {
  requires static transitive org.jspecify;
  requires transitive dev.mapwright.core;
}
