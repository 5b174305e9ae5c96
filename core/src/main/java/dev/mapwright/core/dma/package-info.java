/**
 * Logical addresses, as devices behind an IOMMU see memory: who decides which of them a range gets.
 */
@NullMarked
package dev.mapwright.core.dma;

import org.jspecify.annotations.NullMarked;
