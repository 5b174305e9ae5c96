package dev.mapwright.windows.memory.iommu;

import dev.mapwright.core.dma.Domain;
import org.jspecify.annotations.Nullable;

/**
 * Memory that a driver and its device use together.
 *
 * @param virtualAddress where the driver sees it, in system space
 * @param mdl the address of the MDL that describes it
 * @param pages how many pages it has
 * @param logicalAddress where the device sees it
 * @param engine in which domain it is mapped; null where DMA is not remapped
 * @param maker who has made it
 */
public record CommonBuffer(
    long virtualAddress,
    long mdl,
    long pages,
    long logicalAddress,
    @Nullable Domain engine,
    int maker) {}
