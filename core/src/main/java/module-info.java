/** The engine. It depends on nothing at run time. */
module dev.mapwright.core {
  requires static org.jspecify;
  requires static jdk.jfr;
}
