/** The command; it chooses the machine and the personality. */
module dev.mapwright.cli {
  exports dev.mapwright.cli;

  requires static org.jspecify;
  requires java.compiler;
  requires dev.mapwright.core;
  requires dev.mapwright.sim;
  requires dev.mapwright.zircon;
  requires dev.mapwright.windows;
  requires dev.mapwright.linux;
  requires info.picocli;
  requires tools.jackson.core;
}
