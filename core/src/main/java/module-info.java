/**
 * The engine: address spaces, regions, mappings, memory objects, reservations, faults, events and
 * failure points, over the machine interface that lists what a machine can do. It depends on
 * nothing at run time.
 */
module dev.mapwright.core {
  requires static org.jspecify;
  requires static jdk.jfr;

  exports dev.mapwright.core;
  exports dev.mapwright.core.check;
  exports dev.mapwright.core.dma;
  exports dev.mapwright.core.event;
  exports dev.mapwright.core.failure;
  exports dev.mapwright.core.machine;
  exports dev.mapwright.core.memory;
  exports dev.mapwright.core.space;
}
