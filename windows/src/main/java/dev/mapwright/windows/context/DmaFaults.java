package dev.mapwright.windows.context;

import static dev.mapwright.windows.abi.iommu.FaultInformationLayout.BYTES;
import static dev.mapwright.windows.abi.iommu.FaultInformationLayout.FAULT_ADDRESS_VALID;
import static dev.mapwright.windows.abi.iommu.FaultInformationLayout.IS_STAGE1;
import static dev.mapwright.windows.abi.iommu.FaultInformationLayout.TYPE;
import static dev.mapwright.windows.abi.iommu.FaultInformationLayout.X64_DOMAIN_HANDLE;
import static dev.mapwright.windows.abi.iommu.FaultInformationLayout.X64_FAULT_ADDRESS;
import static dev.mapwright.windows.abi.iommu.FaultInformationLayout.X64_FLAGS;
import static dev.mapwright.windows.abi.iommu.FaultInformationLayout.X64_IOMMU_BASE_ADDRESS;
import static dev.mapwright.windows.abi.iommu.FaultInformationLayout.X64_PCI_SEGMENT;
import static dev.mapwright.windows.abi.iommu.FaultInformationLayout.X64_TYPE;

import dev.mapwright.core.RefusedException;
import dev.mapwright.core.dma.Domain;
import dev.mapwright.core.dma.DomainFault;
import dev.mapwright.core.event.EventKind;
import dev.mapwright.core.machine.Clock;
import dev.mapwright.core.machine.Cpu;
import dev.mapwright.core.machine.DmaFault;
import dev.mapwright.core.machine.Iommu;
import dev.mapwright.windows.abi.iommu.FaultInformationArch;
import dev.mapwright.windows.answer.AnswerObserver;
import dev.mapwright.windows.answer.DeviceAccess;
import dev.mapwright.windows.answer.Effect;
import dev.mapwright.windows.bugcheck.BugCheck;
import dev.mapwright.windows.memory.iommu.DmaDomain;
import dev.mapwright.windows.memory.iommu.FaultHandler;
import dev.mapwright.windows.memory.iommu.Refused;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What becomes of accesses of devices that the IOMMU has refused. The driver's handler is told of
 * one where there is a handler; otherwise it is a bug check.
 *
 * <p><b>A handler</b> is called at PASSIVE_LEVEL, so never by the access itself: the fault waits in
 * a queue, and is delivered at the next step of the machine's clock, or by {@link #deliver}. It
 * runs on a processor of the system's own and in a context of its own, on the thread that delivers.
 *
 * <p><b>A bug check</b> stops the system at once. It is thrown to whoever advances the clock when
 * the device was run by that; a device that runs on a thread of its own is only refused, and the
 * next call of a driver raises the bug check.
 *
 * <p><b>Who guards what.</b> This object's monitor guards all fields; nothing is called while it is
 * held but the clock. One thread delivers at a time, and what it is told of meanwhile it delivers,
 * too. FAULT_INFORMATION stands in one block, which the one who delivers writes.
 */
public final class DmaFaults implements Iommu.FaultListener {
  /** So many faults wait; more are counted only, as hardware does when its log is full. */
  private static final int MOST_WAITING = 256;

  /** So many are remembered. */
  private static final int MOST_REMEMBERED = 64;

  private record Waiting(FaultHandler handler, DeviceFault fault) {}

  private final Kernel kernel;
  private final Clock.Alarm alarm;
  private final ArrayDeque<Waiting> waiting = new ArrayDeque<>();
  private final ArrayDeque<DeviceFault> remembered = new ArrayDeque<>();

  /** In which context the handlers of a driver run, by its DRIVER_OBJECT. */
  private final Map<Long, NtContext> workers = new HashMap<>();

  /** Where FAULT_INFORMATION stands; 0 while nobody needs it. */
  private long block;

  private boolean delivering;
  private long lost;

  DmaFaults(Kernel kernel) {
    this.kernel = kernel;
    alarm = kernel.machine().clock().alarm(this::deliver);
  }

  // ---- what is told

  /** {@return the last faults, oldest first} */
  public synchronized List<DeviceFault> recent() {
    return List.copyOf(remembered);
  }

  /** {@return how many faults wait for their handlers} */
  public synchronized int waiting() {
    return waiting.size();
  }

  /** {@return how many faults no handler was told of, because too many were waiting} */
  public synchronized long lost() {
    return lost;
  }

  // ---- a fault

  @Override
  public void refused(DmaFault fault) {
    Refused known = Refused.of(kernel.iommu(), fault);
    DeviceFault seen = seen(known, fault);
    remember(seen);
    DeviceAccess condition = condition(known, fault);
    switch (condition) {
      case REPORTED -> enqueue(known.handler(), seen);
      case SUPPRESSED -> tell(condition, seen, List.of());
      case ASID_BEING_FREED ->
          stop(condition, known, seen, List.of(0x3000L, reason(fault), pasid(fault), 0L));
      case INVALID_ASID ->
          stop(condition, known, seen, List.of(asid(known, fault), asidsInUse(), 0L, 0L));
      case BLOCKED ->
          stop(condition, known, seen, List.of(0x26L, seen.pdo(), fault.address(), reason(fault)));
    }
  }

  private DeviceFault seen(Refused known, DmaFault fault) {
    DmaDomain domain = known.domain() != null ? known.domain() : known.left();
    Domain engine = domain == null ? null : domain.engine();
    DomainFault cause = engine == null ? null : engine.explain(fault);
    long pdo = known.device() == null ? 0 : known.device().pdo();
    long handle = known.domain() == null ? 0 : known.domain().address();
    return new DeviceFault(pdo, handle, DeviceFault.typeOf(fault, cause), fault, cause);
  }

  private static DeviceAccess condition(Refused known, DmaFault fault) {
    boolean underPasid = fault.pasid() != DmaFault.NO_PASID;
    if (underPasid && known.suppressed()) {
      return DeviceAccess.SUPPRESSED;
    }
    if (known.handler() != null) {
      return DeviceAccess.REPORTED;
    }
    if (known.beingFreed()) {
      return DeviceAccess.ASID_BEING_FREED;
    }
    return known.gone(underPasid) ? DeviceAccess.INVALID_ASID : DeviceAccess.BLOCKED;
  }

  private static long reason(DmaFault fault) {
    return fault.hardwareReason();
  }

  private static long pasid(DmaFault fault) {
    return fault.pasid() == DmaFault.NO_PASID ? 0 : fault.pasid();
  }

  /** The number of the address space: its PASID, or else the handle of the domain that was left. */
  private static long asid(Refused known, DmaFault fault) {
    return fault.pasid() == DmaFault.NO_PASID && known.left() != null
        ? known.left().address()
        : pasid(fault);
  }

  private long asidsInUse() {
    return kernel.iommu().allDomains().size();
  }

  private synchronized void remember(DeviceFault seen) {
    remembered.add(seen);
    if (remembered.size() > MOST_REMEMBERED) {
      remembered.remove();
    }
  }

  private void tell(DeviceAccess condition, DeviceFault seen, List<Long> parameters) {
    boolean stops = condition.effect() == Effect.BUG_CHECK;
    long detail = stops ? condition.answer().code() : condition.number();
    EventKind kind = stops ? EventKind.STOPPED : EventKind.FAULT;
    long second = parameters.isEmpty() ? seen.pdo() : parameters.getFirst();
    kernel.journal().record(kind, 0, 0, detail, second);
    AnswerObserver observer = kernel.observer();
    if (observer != null) {
      observer.answered(condition);
    }
  }

  private void stop(
      DeviceAccess condition, Refused known, DeviceFault seen, List<Long> parameters) {
    BugCheck bugCheck = kernel.misused(FaultReport.of(kernel, condition, known, seen, parameters));
    tell(condition, seen, parameters);
    if (bugCheck != null && kernel.machine().clock().advancing()) {
      throw bugCheck;
    }
  }

  // ---- handlers

  /**
   * Makes ready for a handler of a driver: a context, and memory for what it is told.
   *
   * @param driver the driver
   * @return false when memory is short
   */
  public boolean prepare(Driver driver) {
    synchronized (this) {
      if (block != 0 && workers.containsKey(driver.driverObject())) {
        return true;
      }
    }
    long made = kernel.iommu().takeShown(BYTES);
    if (made == 0) {
      return false;
    }
    boolean kept = false;
    try {
      kept = keep(driver, kernel.newContext(driver), made);
      return true;
    } catch (RefusedException | OutOfMemoryError full) {
      return false;
    } finally {
      if (!kept) {
        kernel.iommu().giveShown(made);
      }
    }
  }

  /** Keeps what was made; false when there is a block already, for another driver. */
  private synchronized boolean keep(Driver driver, NtContext worker, long made) {
    workers.putIfAbsent(driver.driverObject(), worker);
    boolean first = block == 0;
    block = first ? made : block;
    return first;
  }

  private void enqueue(@Nullable FaultHandler handler, DeviceFault seen) {
    if (handler == null) {
      throw new IllegalArgumentException("nobody is told");
    }
    synchronized (this) {
      if (waiting.size() == MOST_WAITING) {
        lost++;
        return;
      }
      waiting.add(new Waiting(handler, seen));
    }
    wake();
  }

  /** Has the queue delivered: at the next step, but not after the end of time. */
  private void wake() {
    Clock clock = kernel.machine().clock();
    alarm.setAfter(Math.min(1, Clock.NEVER - 1 - clock.now()));
  }

  /**
   * Calls the handlers of all faults that wait, unless another thread does so already. A handler
   * that was taken back meanwhile is not called. What a handler throws goes to the caller; the
   * others are told at the next step.
   */
  public void deliver() {
    synchronized (this) {
      if (delivering) {
        return;
      }
      delivering = true;
    }
    boolean all = false;
    try {
      for (Waiting next = next(); next != null; next = next()) {
        call(next);
      }
      all = true;
    } finally {
      if (!all) {
        stopDelivering();
      }
    }
  }

  /** The first that waits; null when none does, and then nobody delivers any more. */
  private synchronized @Nullable Waiting next() {
    Waiting first = waiting.poll();
    delivering = first != null;
    return first;
  }

  private void stopDelivering() {
    boolean more;
    synchronized (this) {
      delivering = false;
      more = !waiting.isEmpty();
    }
    if (more) {
      wake();
    }
  }

  private void call(Waiting next) {
    FaultHandler handler = next.handler();
    NtContext worker;
    synchronized (this) {
      worker = workers.get(handler.driverObject());
    }
    Function function = kernel.functions().at(handler.address());
    if (worker == null || function == null || kernel.stopped() != null || !handler.begin()) {
      return;
    }
    try {
      tell(DeviceAccess.REPORTED, next.fault(), List.of());
      write(worker.cpu(), next.fault());
      function.call(worker, handler.context(), block);
    } finally {
      handler.leave();
    }
  }

  /** Source: ns-wdm-_fault_information; FAULT_INFORMATION_X64 in wdm.h. */
  private void write(Cpu cpu, DeviceFault fault) {
    cpu.store(block + TYPE, 4, FaultInformationArch.X64);
    cpu.store(block + IS_STAGE1, 1, 0);
    cpu.store(block + X64_DOMAIN_HANDLE, 8, fault.domain());
    cpu.store(block + X64_FAULT_ADDRESS, 8, fault.hardware().address());
    cpu.store(block + X64_FLAGS, 4, FAULT_ADDRESS_VALID);
    cpu.store(block + X64_TYPE, 4, fault.type());
    cpu.store(block + X64_IOMMU_BASE_ADDRESS, 8, 0);
    cpu.store(block + X64_PCI_SEGMENT, 4, 0);
  }

  // ---- ends

  /** A driver goes, and its handlers have gone. */
  synchronized void forget(Driver driver) {
    workers.remove(driver.driverObject());
  }

  /** The system ends. */
  void close() {
    alarm.cancel();
  }
}
