package dev.mapwright.windows.memory.iommu;

import dev.mapwright.core.dma.DomainReservation;

/**
 * Reserved logical addresses: IOMMU_DMA_LOGICAL_ADDRESS_TOKEN. What a driver may read of it stands
 * in memory at its address, and is never read back. Immutable; the reservation is the engine's.
 *
 * @param address its handle
 * @param domain in which domain
 * @param reservation the range, and what is mapped in it
 * @param bytes its size
 * @param maker who has reserved it
 */
public record LogicalToken(
    long address, DmaDomain domain, DomainReservation reservation, long bytes, int maker) {}
