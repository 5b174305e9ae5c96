/**
 * What drivers make through the DMA remapping interface: domains, devices, devices of a PASID, and
 * tokens of reserved logical addresses, each found by the address that the driver was given for it.
 */
@NullMarked
package dev.mapwright.windows.memory.iommu;

import org.jspecify.annotations.NullMarked;
