/** A program on the engine and the simulated machine, as a module. */
module com.example.journal {
  requires dev.mapwright.core;
  requires dev.mapwright.sim;
}
