package dev.mapwright.windows.context;

import dev.mapwright.core.Access;
import dev.mapwright.core.dma.DomainFault;
import dev.mapwright.core.machine.DmaFault;
import dev.mapwright.core.machine.DmaFault.Reason;
import dev.mapwright.windows.abi.iommu.FaultInformationType;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * An access of a device that was refused, as the system sees it: what FAULT_INFORMATION says, and
 * what that has no room for. Immutable.
 *
 * @param pdo the DEVICE_OBJECT of the device; 0 when the system knows none with the requester
 * @param domain the handle of the domain that the device is attached to; 0 for none
 * @param type one of {@link FaultInformationType}
 * @param hardware what the IOMMU said, its own reason included
 * @param cause what the domain knows of the address; null without one in which drivers map
 */
public record DeviceFault(
    long pdo, long domain, int type, DmaFault hardware, @Nullable DomainFault cause) {
  /**
   * {@return the type of a fault: by the record of the domain where there is one, because the
   * hardware can't always tell what is not mapped from what is not allowed}
   *
   * @param hardware what the IOMMU said
   * @param cause what the domain knows; null for no domain
   */
  static int typeOf(DmaFault hardware, @Nullable DomainFault cause) {
    if (cause == null) {
      return typeOf(hardware.reason());
    }
    return switch (cause.cause()) {
      case NOT_ATTACHED -> FaultInformationType.UNSUPPORTED_UPSTREAM_TRANSACTION;
      case ABOVE_WIDTH -> FaultInformationType.ADDRESS_SIZE_FAULT;
      case NO_PERMISSION -> FaultInformationType.PERMISSION_FAULT;
      case NO_MEMORY, BAD_TABLES -> FaultInformationType.EXTERNAL_FAULT;
      case INTERRUPT_WINDOW,
          MAPPED_NOW,
          QUARANTINED,
          UNMAPPED,
          RESERVED_NOT_MAPPED,
          RESERVED_REGION,
          PHYSICAL_ADDRESS,
          NEVER_MAPPED,
          NOT_IN_TABLES,
          STALE_TRANSLATION ->
          FaultInformationType.TRANSLATION_FAULT;
    };
  }

  private static int typeOf(Reason reason) {
    return switch (reason) {
      case NOT_ATTACHED, BAD_ATTACHMENT -> FaultInformationType.UNSUPPORTED_UPSTREAM_TRANSACTION;
      case TOO_WIDE -> FaultInformationType.ADDRESS_SIZE_FAULT;
      case DENIED -> FaultInformationType.PERMISSION_FAULT;
      case RESERVED_BITS, OUTSIDE_RAM, NOT_RAM -> FaultInformationType.EXTERNAL_FAULT;
      case NOT_MAPPED, INTERRUPT_RANGE -> FaultInformationType.TRANSLATION_FAULT;
    };
  }

  /** {@return what is known, for a report: a sentence, then a line for each thing} */
  public List<String> lines() {
    List<String> lines = new ArrayList<>();
    if (cause == null) {
      lines.add(
          String.format(
              Locale.ROOT,
              "device 0x%X %s 0x%X: %s",
              hardware.requester(),
              hardware.access() == Access.WRITE ? "wrote to" : "read from",
              hardware.address(),
              hardware.reason().sentence()));
      lines.add(String.format(Locale.ROOT, "hardware reason 0x%X", hardware.hardwareReason()));
    } else {
      for (String line : cause.report().split("\n", -1)) {
        lines.add(line.strip());
      }
    }
    lines.add("type " + type + ", " + FaultInformationType.name(type));
    return List.copyOf(lines);
  }

  /** {@return what a driver can do about it} */
  public String advice() {
    if (cause == null) {
      return "Attach the device to a domain before it is started, and stop it before it is detached.";
    }
    return switch (cause.cause()) {
      case NOT_ATTACHED ->
          "Attach the device to its domain before it is started; stop it, and wait for its"
              + " requests, before it is detached.";
      case PHYSICAL_ADDRESS ->
          "Give the device the logical address that mapping the memory has returned: behind an IOMMU"
              + " a physical address, as MmGetPhysicalAddress returns it, means nothing to a"
              + " device.";
      case UNMAPPED, QUARANTINED ->
          "Wait until the device has done with a buffer before it is unmapped: the request was still"
              + " in flight, or its descriptor still in the ring.";
      case NO_PERMISSION ->
          "Map with IOMMU_READ and IOMMU_WRITE as the device needs them: a transfer from the device"
              + " to memory writes.";
      case RESERVED_NOT_MAPPED ->
          "Map the page with MapReservedLogicalRange before the device is given its address.";
      case ABOVE_WIDTH ->
          "Pass the 64 bits of the logical address to the device, and only addresses that the domain"
              + " has given out.";
      case INTERRUPT_WINDOW, RESERVED_REGION ->
          "Use only addresses that mapping has returned: this range is never mapped.";
      case MAPPED_NOW ->
          "Map the buffer before the device is told of it, not after: the device was faster.";
      case NO_MEMORY -> "Map only RAM for a device to reach.";
      case BAD_TABLES -> "Find out who has written to memory that is not his.";
      case NEVER_MAPPED, NOT_IN_TABLES, STALE_TRANSLATION ->
          "Compare the address with what the driver has mapped: a length that is too large runs past"
              + " the end of the nearest mapping.";
    };
  }

  @Override
  public String toString() {
    return String.join("\n", lines());
  }
}
