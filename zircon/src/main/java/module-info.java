/**
 * The personality of Magenta, 2017: processes with handle tables, address regions, memory objects,
 * and the calls that join them, over the engine of {@code dev.mapwright.core}.
 */
module dev.mapwright.zircon {
  requires transitive dev.mapwright.core;
  requires static org.jspecify;

  exports dev.mapwright.zircon;
  exports dev.mapwright.zircon.abi;
  exports dev.mapwright.zircon.answer;
  exports dev.mapwright.zircon.call;
  exports dev.mapwright.zircon.handle;
  exports dev.mapwright.zircon.object;
  exports dev.mapwright.zircon.policy;
}
