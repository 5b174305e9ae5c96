/** The simulated machine. */
module dev.mapwright.sim {
  requires static org.jspecify;
  requires transitive dev.mapwright.core;

  exports dev.mapwright.sim;
  exports dev.mapwright.sim.device;
  exports dev.mapwright.sim.format;
}
