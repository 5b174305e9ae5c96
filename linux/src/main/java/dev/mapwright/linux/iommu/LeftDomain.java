package dev.mapwright.linux.iommu;

import dev.mapwright.core.dma.Domain;
import java.util.List;

/**
 * A domain as a replay leaves it.
 *
 * @param domain the domain; its name is the recorded pointer
 * @param devices the devices that are attached to it in the end, as {@code 00:03.0}, ascending
 */
public record LeftDomain(Domain domain, List<String> devices) {
  /** Copies the list. */
  public LeftDomain {
    devices = List.copyOf(devices);
  }
}
