/** The Linux personality over the engine, and the reader of what real programs were seen to do. */
module dev.mapwright.linux {
  requires static org.jspecify;
  requires transitive dev.mapwright.core;

  exports dev.mapwright.linux;
  exports dev.mapwright.linux.abi;
  exports dev.mapwright.linux.answer;
  exports dev.mapwright.linux.input;
  exports dev.mapwright.linux.iommu;
  exports dev.mapwright.linux.maps;
  exports dev.mapwright.linux.replay;
  exports dev.mapwright.linux.strace;
}
