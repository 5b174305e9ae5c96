package dev.mapwright.windows.context;

import dev.mapwright.windows.answer.Condition;
import dev.mapwright.windows.answer.Routine;
import dev.mapwright.windows.bugcheck.BugCheckReport;
import dev.mapwright.windows.memory.iommu.DmaDevice;
import dev.mapwright.windows.memory.iommu.DmaDomain;
import dev.mapwright.windows.memory.iommu.PhysicalDevice;
import dev.mapwright.windows.memory.iommu.Refused;
import dev.mapwright.windows.memory.pte.Makers;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reports of bug checks that an access of a device has caused. Nobody has made a call there. */
final class FaultReport {
  private FaultReport() {}

  static BugCheckReport of(
      Kernel kernel, Condition condition, Refused known, DeviceFault seen, List<Long> parameters) {
    Makers.Maker maker = kernel.makers().maker(maker(kernel, known));
    return new BugCheckReport(
        condition,
        Routine.DEVICE_ACCESS.documentedName(),
        parameters,
        maker.driver(),
        maker.callSite(),
        seen.lines(),
        List.of(),
        seen.advice());
  }

  /** Who has made what the device was attached to last, or its handle; 0 for nobody. */
  private static int maker(Kernel kernel, Refused known) {
    DmaDomain domain = known.domain() != null ? known.domain() : known.left();
    PhysicalDevice device = known.device();
    if (domain != null) {
      return domain.maker();
    }
    DmaDevice handle = device == null ? null : handleOf(kernel, device);
    return handle == null ? 0 : handle.maker();
  }

  private static @Nullable DmaDevice handleOf(Kernel kernel, PhysicalDevice device) {
    for (DmaDevice handle : kernel.iommu().allDevices()) {
      if (handle.device() == device) {
        return handle;
      }
    }
    return null;
  }
}
