/**
 * The personality of Windows: MDLs, reserved mappings, I/O space, contiguous memory and pool, as
 * drivers see them, over the engine of {@code dev.mapwright.core}. Misuse ends in the bug check
 * that Windows would raise, with an explanation.
 */
module dev.mapwright.windows {
  requires transitive dev.mapwright.core;
  requires static org.jspecify;

  exports dev.mapwright.windows;
  exports dev.mapwright.windows.abi;
  exports dev.mapwright.windows.adapter;
  exports dev.mapwright.windows.abi.iommu;
  exports dev.mapwright.windows.answer;
  exports dev.mapwright.windows.bugcheck;
  exports dev.mapwright.windows.context;
  exports dev.mapwright.windows.contiguous;
  exports dev.mapwright.windows.export;
  exports dev.mapwright.windows.harness;
  exports dev.mapwright.windows.iommu;
  exports dev.mapwright.windows.iommu.device;
  exports dev.mapwright.windows.iommu.logical;
  exports dev.mapwright.windows.iospace;
  exports dev.mapwright.windows.irp;
  exports dev.mapwright.windows.irql;
  exports dev.mapwright.windows.mdl;
  exports dev.mapwright.windows.memory.cache;
  exports dev.mapwright.windows.memory.contiguous;
  exports dev.mapwright.windows.memory.iommu;
  exports dev.mapwright.windows.memory.lock;
  exports dev.mapwright.windows.memory.mdl;
  exports dev.mapwright.windows.memory.pool;
  exports dev.mapwright.windows.memory.pte;
  exports dev.mapwright.windows.memory.system;
  exports dev.mapwright.windows.memory.user;
  exports dev.mapwright.windows.physical;
  exports dev.mapwright.windows.pool;
  exports dev.mapwright.windows.reserved;
  exports dev.mapwright.windows.verifier;
}
